internal import CLinux
internal import Glibc
internal import SystemBase

extension KernelProbe {
  static func controlGroups() throws(SystemCallFailure) -> KernelFeatures.ControlGroups {
    let membership = CgroupMembership(
      mountinfo: try File.text("/proc/self/mountinfo"),
      membership: try File.text("/proc/self/cgroup"))
    var found = KernelFeatures.ControlGroups()
    guard let folder = membership.folder else {
      found.missing = membership.missing
      return found
    }
    do throws(SystemCallFailure) {
      try CgroupTrial.run(in: folder)
      let delegation = try delegation(of: folder, membership)
      found.controllers = delegation.controllers
      found.hasIOWeight = delegation.isHostRoot || CgroupFile.hasWeight(in: folder)
      found.remedy = delegation.remedy
    } catch {
      found.missing =
        "no cgroup can be used below \(folder): \(error.call): \(refusal(-error.code))"
    }
    return found
  }

  private static func delegation(
    of folder: String, _ membership: CgroupMembership
  ) throws(SystemCallFailure) -> DelegationStatus {
    var found = DelegationStatus()
    // SAFETY: each path and name is a C string for its call, which only reads it.
    found.heldByVersion1 = membership.heldByVersion1
    found.offered = try names("\(folder)/cgroup.controllers")
    found.enabled = try names("\(folder)/cgroup.subtree_control")
    found.mayEnable =
      unsafe "\(folder)/cgroup.subtree_control".withCString { unsafe linux_faccessat_write($0) }
      == 0
    // Only the host's root has no cgroup.type; that of a cgroup namespace has one.
    let type = unsafe "\(folder)/cgroup.type".withCString {
      unsafe linux_openat(CInt(LINUX_AT_CWD), $0, LINUX_OPEN_READ)
    }
    found.isHostRoot = type == -ENOENT
    if type >= 0 { _ = Glibc.close(type) }
    found.isUnit = [".service", ".scope", ".slice"].contains { folder.hasSuffix($0) }
    found.isMarkedDelegated = ["trusted.delegate", "user.delegate"].contains { name in
      unsafe folder.withCString { path in
        unsafe name.withCString { unsafe linux_has_xattr(path, $0) }
      } == 1
    }
    found.foreignProcesses = try foreignProcesses(in: folder)
    return found
  }

  /// Processes of this cgroup that are not the service's own. A process that ended meanwhile, or
  /// is in another PID namespace (number 0), counts as a stranger.
  private static func foreignProcesses(in folder: String) throws(SystemCallFailure) -> Int {
    let own = linux_getpid()
    return try File.text("\(folder)/cgroup.procs").fields(separatedBy: "\n")
      .compactMap { Int32($0) }
      .filter { $0 != own && firstLine("/proc/\($0)/comm")?.hasPrefix("http-runner") != true }
      .count
  }

  private static func names(_ path: String) throws(SystemCallFailure) -> Set<String> {
    Set(try File.text(path).split { $0 == " " || $0 == "\n" }.map(String.init))
  }
}
