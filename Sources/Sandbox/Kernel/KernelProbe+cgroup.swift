internal import CLinux
internal import Glibc

extension KernelProbe {
  static func controlGroups() throws(SystemCallFailure) -> KernelFacts.ControlGroups {
    let place = KernelCgroupPlace(
      mountinfo: try File.text("/proc/self/mountinfo"),
      membership: try File.text("/proc/self/cgroup"))
    var found = KernelFacts.ControlGroups()
    guard let folder = place.folder else {
      found.missing = place.missing
      return found
    }
    do throws(SystemCallFailure) {
      try tryCgroup(in: folder)
      let delegation = try delegation(of: folder, place)
      found.controllers = delegation.controllers
      found.hasIOWeight = delegation.isHostRoot || CgroupFile.hasWeight(in: folder)
      found.remedy = delegation.remedy
    } catch {
      found.missing =
        "no cgroup can be used below \(folder): \(error.call): \(refusal(-error.code))"
    }
    return found
  }

  /// Makes an empty cgroup as a launcher would, puts a child into it, and removes it.
  private static func tryCgroup(in parent: String) throws(SystemCallFailure) {
    let path = "\(parent)/\(InstanceName.random())-probe"
    try File.makeFolder(path, mode: 0o755)
    do throws(SystemCallFailure) {
      let folder = try File.open(path, LINUX_OPEN_FOLDER)
      for control in ["cgroup.kill", "cgroup.freeze"] {
        let file = try File.open(control, LINUX_OPEN_WRITE, in: folder.number)
        try File.facts(file.number)
      }
      try checked("clone3 into", path, linux_try_cgroup(folder.number))
    } catch {
      File.removeFolderIfEmpty(path)
      throw error
    }
    try File.removeFolder(path)
  }

  private static func delegation(
    of folder: String, _ place: KernelCgroupPlace
  ) throws(SystemCallFailure) -> KernelDelegation {
    var found = KernelDelegation()
    found.heldByVersion1 = place.heldByVersion1
    found.offered = try names("\(folder)/cgroup.controllers")
    found.enabled = try names("\(folder)/cgroup.subtree_control")
    found.mayEnable =
      unsafe "\(folder)/cgroup.subtree_control".withCString { unsafe linux_may_write($0) } == 0
    // Only the host's root has no cgroup.type; that of a cgroup namespace has one.
    let type = unsafe "\(folder)/cgroup.type".withCString {
      unsafe linux_open(CInt(LINUX_AT_CWD), $0, LINUX_OPEN_READ)
    }
    found.isHostRoot = type == -ENOENT
    if type >= 0 { _ = Glibc.close(type) }
    found.isUnit = [".service", ".scope", ".slice"].contains { folder.hasSuffix($0) }
    found.isMarkedDelegated = ["trusted.delegate", "user.delegate"].contains { name in
      unsafe folder.withCString { path in
        unsafe name.withCString { unsafe linux_has_attribute(path, $0) }
      } == 1
    }
    found.strangers = try strangers(in: folder)
    return found
  }

  /// Processes of this cgroup that are not the service's own. A process that ended meanwhile, or
  /// is in another PID namespace (number 0), counts as a stranger.
  private static func strangers(in folder: String) throws(SystemCallFailure) -> Int {
    let own = linux_process_id()
    return try File.text("\(folder)/cgroup.procs").split(separator: "\n")
      .compactMap { Int32($0) }
      .filter { $0 != own && firstLine("/proc/\($0)/comm")?.hasPrefix("http-runner") != true }
      .count
  }

  private static func names(_ path: String) throws(SystemCallFailure) -> Set<String> {
    Set(try File.text(path).split { $0 == " " || $0 == "\n" }.map(String.init))
  }
}
