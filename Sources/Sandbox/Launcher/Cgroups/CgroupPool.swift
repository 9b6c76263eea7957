internal import SandboxBase

/// Idle cgroups, last in first out: never more than jobs have run at one time.
struct CgroupPool {
  private var idle: [JobCgroup] = []
  private var madeCount = 0

  /// An empty cgroup for one job.
  ///
  /// - Returns: nil where the host has no usable cgroup v2.
  mutating func acquire(
    in tree: borrowing CgroupTree?, _ limits: CgroupLimits
  ) throws(SystemCallFailure) -> JobCgroup? {
    guard tree != nil else { return nil }
    try fill(in: tree)
    guard let cgroup = idle.popLast() else { return nil }
    do throws(SystemCallFailure) {
      try cgroup.begin(limits)
      return cgroup
    } catch {
      release(cgroup, to: tree)
      throw error
    }
  }

  /// Makes one ahead, so that the next launch finds it.
  mutating func fill(in tree: borrowing CgroupTree?) throws(SystemCallFailure) {
    guard tree != nil, idle.isEmpty else { return }
    idle.append(try JobCgroup(index: madeCount, in: tree!))
    madeCount += 1
  }

  /// Returns an empty cgroup to the pool, or removes it where it must not be reused.
  mutating func release(_ cgroup: JobCgroup, to tree: borrowing CgroupTree?) {
    guard cgroup.mustBeRemoved else {
      idle.append(cgroup)
      return
    }
    guard tree != nil else { return }
    do throws(SystemCallFailure) {
      try cgroup.remove(from: tree!)
    } catch {
      // The janitor removes it with the others at the end.
      OperatorLog.warning(
        "cgroup.removal_failed", "a cgroup could not be removed: \(error)",
        ["error": "\(error)"])
    }
  }
}
