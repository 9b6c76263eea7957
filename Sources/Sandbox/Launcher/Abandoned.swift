/// What launchers left that were ended together with their keepers: a power cut, or worse. Their
/// folders tell of them: nobody holds the lock that both had for as long as they lived.
enum Abandoned {
  /// Ends and removes all of it; what cannot be removed is told, and keeps nobody from starting.
  static func remove(_ folders: borrowing WorkFolders, _ policy: LaunchPolicy) {
    do throws(SystemCallFailure) {
      let instances = try folders.otherInstances()
      for name in instances.abandoned {
        OperatorLog.warning("removing what an earlier launcher left: \(name)")
        for path in try CgroupSearch.paths(named: name) { try CgroupTree.remove(path) }
      }
      // Where jobs had neither cgroup nor PID namespace, their ids are all that tells of them. Our
      // own are in nobody's use yet, unless somebody beside us was given the same.
      if !instances.abandoned.isEmpty, !instances.hasLiving, policy.mode == .root {
        try Sweep.endAll(of: policy.identities)
      }
      // Last: should this end in between, the next start begins anew.
      for name in instances.abandoned { try folders.removeInstance(name) }
    } catch {
      OperatorLog.warning("what an earlier launcher left could not be removed: \(error)")
    }
  }
}
