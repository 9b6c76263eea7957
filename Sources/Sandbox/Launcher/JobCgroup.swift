/// A standing cgroup, while one job has it or none.
final class JobCgroup {
  /// Its number among those of this launcher.
  let index: Int
  let cgroup: Cgroup
  private let controllers: Set<String>
  /// What was counted before its present job.
  private var before = CgroupBill()
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
  var isSpent: Bool { wasKilled || wasFrozen || !controllers.isEmpty }

  init(index: Int, in tree: borrowing CgroupTree) throws(SystemCallFailure) {
    self.index = index
    self.controllers = tree.controllers
    self.cgroup = try Cgroup(Self.name(index), in: tree.folder.number)
  }

  /// Readies it for a job.
  func begin(_ limits: CgroupLimits) throws(SystemCallFailure) {
    try cgroup.apply(limits, controllers)
    if controllers.isEmpty { before = try cgroup.bill(controllers) }
  }

  /// What its job has cost so far.
  func bill() throws(SystemCallFailure) -> CgroupBill {
    var bill = try cgroup.bill(controllers)
    bill.userMicroseconds -= min(bill.userMicroseconds, before.userMicroseconds)
    bill.systemMicroseconds -= min(bill.systemMicroseconds, before.systemMicroseconds)
    return bill
  }

  /// SIGKILL for everything in it.
  func kill() throws(SystemCallFailure) {
    wasKilled = true
    try cgroup.kill()
  }

  /// Stops everything in it where it stands, or lets it go on.
  func freeze(_ isFrozen: Bool) throws(SystemCallFailure) {
    wasFrozen = wasFrozen || isFrozen
    try cgroup.freeze(isFrozen)
  }

  /// Removes it from the host. It is empty.
  func remove(from tree: borrowing CgroupTree) throws(SystemCallFailure) {
    try File.removeFolder(Self.name(index), in: tree.folder.number)
  }

  private static func name(_ index: Int) -> String { "slot-\(index)" }
}
