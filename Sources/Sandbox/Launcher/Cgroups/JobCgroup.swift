internal import SandboxBase
internal import SystemBase

/// A cgroup that is reused by one job after the other.
final class JobCgroup {
  /// Its number among those of this launcher.
  let index: Int
  let cgroup: Cgroup
  /// Those that bound and count its job.
  let controllers: Set<String>
  /// What was counted before its present job.
  private var before = CgroupUsage()
  private var wasKilled = false
  /// Whether its job was ever frozen.
  private(set) var wasFrozen = false

  /// Whether no other job may be born in it. Where memory is counted, the peak would be of all its
  /// jobs. And once `kill` was called: kernels compare the count of kills of a new process's cgroup
  /// with that of its parent's, and where they differ they take it for a fork that raced with a
  /// kill, and kill it (seen on 6.18, kernel/cgroup/cgroup.c, cgroup_css_set_fork and
  /// cgroup_post_fork).
  ///
  /// And where its job was ever frozen: the next one must not be born into that.
  var mustBeRemoved: Bool { wasKilled || wasFrozen || !controllers.isEmpty }

  init(index: Int, in tree: borrowing CgroupTree) throws(SystemCallFailure) {
    self.index = index
    self.controllers = tree.controllers
    self.cgroup = try Cgroup(Self.name(index), in: tree.folder.fd)
  }

  /// Readies it for a job.
  func begin(_ limits: CgroupLimits) throws(SystemCallFailure) {
    try cgroup.apply(limits, controllers)
    if controllers.isEmpty { before = try cgroup.usage(controllers) }
  }

  /// What its job has cost so far.
  func usage() throws(SystemCallFailure) -> CgroupUsage {
    var usage = try cgroup.usage(controllers)
    usage.userMicroseconds -= min(usage.userMicroseconds, before.userMicroseconds)
    usage.systemMicroseconds -= min(usage.systemMicroseconds, before.systemMicroseconds)
    return usage
  }

  /// Its memory now; nil where no controller counts it.
  func memoryBytes() throws(SystemCallFailure) -> UInt64? {
    controllers.contains("memory") ? try cgroup.optionalNumber("memory.current") : nil
  }

  /// SIGKILL for everything in it.
  func kill() throws(SystemCallFailure) {
    wasKilled = true
    try cgroup.kill()
  }

  /// Stops every process in it.
  func freeze() throws(SystemCallFailure) {
    wasFrozen = true
    try cgroup.freeze()
  }

  /// Lets every process in it go on.
  func thaw() throws(SystemCallFailure) {
    try cgroup.thaw()
  }

  /// Removes it from the host. It is empty.
  func remove(from tree: borrowing CgroupTree) throws(SystemCallFailure) {
    try File.removeFolder(Self.name(index), in: tree.folder.fd)
  }

  private static func name(_ index: Int) -> String { "slot-\(index)" }
}
