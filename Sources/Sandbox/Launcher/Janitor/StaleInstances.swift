internal import SandboxBase

/// Cleanup of launchers that died together with their janitors, for instance in a power failure. An
/// instance is stale when its folder's lock (flock(2)) is free.
enum StaleInstances {
  /// Kills and removes every stale instance; failures are logged and do not prevent the start.
  static func remove(besides own: borrowing InstanceFolder, _ policy: LaunchPolicy) {
    do throws(SystemCallFailure) {
      let instances = try own.otherInstances()
      for name in instances.stale {
        OperatorLog.warning(
          "instance.stale", "removing what an earlier launcher left: \(name)", ["instance": name])
        for path in try CgroupSearch.paths(named: name) { try CgroupTree.remove(path) }
      }
      // Jobs without cgroup and PID namespace are found by their uids only. No job of this launcher
      // has started, so the uids are unused unless another live instance shares the range.
      if !instances.stale.isEmpty, !instances.hasLiving, policy.mode == .root {
        try Sweep.endAll(of: policy.identities)
      }
      // Last, so that an interrupted cleanup is repeated by the next start.
      for name in instances.stale { try own.removeInstance(name) }
    } catch {
      OperatorLog.warning(
        "instance.removal_failed", "what an earlier launcher left could not be removed: \(error)",
        ["error": "\(error)"])
    }
  }
}
