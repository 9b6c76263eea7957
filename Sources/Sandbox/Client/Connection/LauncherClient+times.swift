internal import SandboxBase
internal import Synchronization
internal import SystemBase

/// Processor times and memory of jobs that run, as the launcher reads them.
extension LauncherClient {
  /// Asks for what one launch uses. Never blocks. Of one launch one question is on its way at a
  /// time: who asks meanwhile gets the same answer.
  ///
  /// - Parameter completion: called once; nil where it is not known: the job does not run yet, is
  ///   being ended, or the launcher is gone.
  package func resources(
    of launchID: UInt64, _ completion: @escaping @Sendable (LaunchResources?) -> Void
  ) {
    let (isGone, isFirst) = state.withLock { state in
      let isFirst = state.timeCompletions[launchID] == nil
      if !state.isGone { state.timeCompletions[launchID, default: []].append(completion) }
      return (state.isGone, isFirst)
    }
    guard !isGone else { return completion(nil) }
    guard isFirst else { return }
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
