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
      let isFirst = state.resourceCompletions[launchID] == nil
      if !state.isGone { state.resourceCompletions[launchID, default: []].append(completion) }
      return (state.isGone, isFirst)
    }
    guard !isGone else { return completion(nil) }
    guard isFirst else { return }
    do throws(SystemCallFailure) {
      try send(Request.resources(launchID).bytes, nil)
    } catch {
      // The channel is closed: the loop completes the request.
    }
  }

  /// Completes all that asked what a launch uses: what was read last is true of each.
  func finishResources(of launchID: UInt64, _ resources: LaunchResources?) {
    let completions = state.withLock { $0.resourceCompletions.removeValue(forKey: launchID) }
    for completion in completions ?? [] { completion(resources) }
  }

  /// Completes every request: there is no launcher any more.
  func failResources() {
    let left = state.withLock { state in
      defer { state.resourceCompletions = [:] }
      return state.resourceCompletions
    }
    for completion in left.values.joined() { completion(nil) }
  }
}
