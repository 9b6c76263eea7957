/// What launchers left that were ended together with their janitors: a power cut, or worse. Their
/// folders tell of them: nobody holds the lock that both had for as long as they lived.
enum StaleInstances {
  /// Ends and removes all of it; what cannot be removed is told, and keeps nobody from starting.
  static func remove(besides own: borrowing InstanceFolder, _ policy: LaunchPolicy) {
    do throws(SystemCallFailure) {
      let instances = try own.otherInstances()
      for name in instances.stale {
        OperatorLog.warning("removing what an earlier launcher left: \(name)")
        for path in try CgroupSearch.paths(named: name) { try CgroupTree.remove(path) }
      }
      // Where jobs had neither cgroup nor PID namespace, their ids are all that tells of them. Our
      // own are in nobody's use yet, unless somebody beside us was given the same.
      if !instances.stale.isEmpty, !instances.hasLiving, policy.mode == .root {
        try Sweep.endAll(of: policy.identities)
      }
      // Last: should this end in between, the next start begins anew.
      for name in instances.stale { try own.removeInstance(name) }
    } catch {
      OperatorLog.warning("what an earlier launcher left could not be removed: \(error)")
    }
  }
}
