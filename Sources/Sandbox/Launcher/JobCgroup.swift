/// A standing cgroup, while one job has it or none.
final class JobCgroup {
  /// Its number among those of this launcher.
  let index: Int
  let cgroup: Cgroup
  /// True once `kill` was called. No other job is born in it then: kernels compare the count of
  /// kills of a new process's cgroup with that of its parent's, and where they differ they take it
  /// for a fork that raced with a kill, and kill it (seen on 6.18, kernel/cgroup/cgroup.c,
  /// cgroup_css_set_fork and cgroup_post_fork).
  private(set) var isSpent = false

  init(index: Int, in tree: borrowing CgroupTree) throws(SystemCallFailure) {
    self.index = index
    self.cgroup = try Cgroup(Self.name(index), in: tree.folder.number)
  }

  /// SIGKILL for everything in it.
  func kill() throws(SystemCallFailure) {
    isSpent = true
    try cgroup.kill()
  }

  /// Removes it from the host. It is empty.
  func remove(from tree: borrowing CgroupTree) throws(SystemCallFailure) {
    try File.removeFolder(Self.name(index), in: tree.folder.number)
  }

  private static func name(_ index: Int) -> String { "slot-\(index)" }
}
