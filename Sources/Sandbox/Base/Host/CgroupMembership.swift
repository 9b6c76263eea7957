internal import SystemBase

/// Where this process is in the cgroup v2 hierarchy, read from /proc without touching it.
struct CgroupMembership: Hashable {
  /// The folder of this process's cgroup; nil where there is none to be seen.
  var folder: String?
  /// Why not.
  var missing = ""
  /// Controllers that a cgroup v1 hierarchy holds, which v2 then has not.
  var heldByVersion1: Set<String> = []

  /// - Parameters:
  ///   - mountinfo: proc_pid_mountinfo(5): field 5 is the mount point, and behind the field `-`
  ///     stand the type, the source and the options.
  ///   - membership: /proc/self/cgroup.
  init(mountinfo: String, membership: String) {
    var mount: String?
    for line in mountinfo.fields(separatedBy: "\n") {
      let fields = line.fields(separatedBy: " ")
      guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 1, dash > 4 else {
        continue
      }
      switch fields[dash + 1] {
      case "cgroup2" where !fields[4].contains("\\"): mount = mount ?? String(fields[4])
      case "cgroup":
        let options = fields.last?.fields(separatedBy: ",").map(String.init) ?? []
        heldByVersion1.formUnion(options.map { $0 == "blkio" ? "io" : $0 })
      default: break
      }
    }
    heldByVersion1.formIntersection(Self.wanted)
    let line = membership.fields(separatedBy: "\n").first { $0.hasPrefix("0::/") }
    guard let mount else {
      missing = "cgroup v2 is not mounted"
      return
    }
    guard let line, !line.contains("/..") else {
      missing = "this process has no cgroup below the mounted ones"
      return
    }
    folder = line.dropFirst(3) == "/" ? mount : mount + line.dropFirst(3)
  }

  /// Controllers that limits of jobs are made of.
  static let wanted: Set<String> = ["memory", "pids", "cpu", "io"]
}
