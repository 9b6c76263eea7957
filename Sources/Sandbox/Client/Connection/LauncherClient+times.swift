internal import SandboxBase
internal import Synchronization
internal import SystemBase

/// Processor times and memory of jobs that run, as the launcher reads them.
extension LauncherClient {
  /// Asks for what one launch uses. Never blocks.
  ///
  /// - Parameter completion: called once; nil where it is not known: the job does not run yet, is
  ///   being ended, or the launcher is gone.
  package func resources(
    of launchID: UInt64, _ completion: @escaping @Sendable (LaunchResources?) -> Void
  ) {
    let isGone = state.withLock { state in
      if !state.isGone { state.timeCompletions[launchID, default: []].append(completion) }
      return state.isGone
    }
    guard !isGone else { return completion(nil) }
    do throws(SystemCallFailure) {
      try send(Request.processorTime(launchID).bytes, nil)
    } catch {
      // The channel is closed: the loop completes the request.
    }
  }

  /// Completes all that asked for the time of a launch: what was read last is true of each.
  func finishTime(of launchID: UInt64, _ resources: LaunchResources?) {
    let completions = state.withLock { $0.timeCompletions.removeValue(forKey: launchID) }
    for completion in completions ?? [] { completion(resources) }
  }

  /// Completes every request: there is no launcher any more.
  func failTimes() {
    let left = state.withLock { state in
      defer { state.timeCompletions = [:] }
      return state.timeCompletions
    }
    for completion in left.values.joined() { completion(nil) }
  }
}
