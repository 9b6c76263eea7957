internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// Finds the cgroup of an instance wherever it is: a service that is started anew need not be where
/// the one before was.
enum CgroupSearch {
  /// Cgroups that are looked at; a host has hundreds.
  private static let visitedMax = 20_000

  /// Paths of all cgroups (v2) called `name`; none where cgroup v2 is not mounted.
  static func paths(named name: String) throws(SystemCallFailure) -> [String] {
    guard let mount = try CgroupTree.mountPoint() else { return [] }
    var found: [String] = []
    var toVisit = [mount]
    var visited = 0
    while let path = toVisit.popLast(), visited < visitedMax {
      visited += 1
      for child in try children(of: path) {
        if child == name { found.append(path + "/" + child) }
        toVisit.append(path + "/" + child)
      }
    }
    return found
  }

  /// Names of the folders in a folder; none where it went meanwhile, or is no folder.
  private static func children(of path: String) throws(SystemCallFailure) -> [String] {
    let reading: Descriptor
    do throws(SystemCallFailure) {
      reading = try File.open(path, LINUX_OPEN_FOLDER)
    } catch {
      guard [ENOENT, ENOTDIR, ENODEV].contains(error.code) else { throw error }
      return []
    }
    var listing = FolderListing()
    var children: [String] = []
    while case let names = try listing.next(of: reading.fd), !names.isEmpty {
      for name in names {
        let text = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if isControlFile(text) { continue }
        children.append(text)
      }
    }
    return children
  }

  /// `cgroup.procs`, `memory.max` and their like: the many that need not be tried.
  private static func isControlFile(_ name: String) -> Bool {
    ["cgroup.", "memory.", "cpu.", "cpuset.", "io.", "pids.", "hugetlb.", "rdma.", "misc."]
      .contains { name.hasPrefix($0) } && !name.hasSuffix(".slice") && !name.hasSuffix(".scope")
      && !name.hasSuffix(".service")
  }
}
