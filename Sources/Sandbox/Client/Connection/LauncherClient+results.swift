package import SandboxBase
package import SharedBounds
internal import Synchronization
internal import SystemBase

/// Results of jobs, which the launcher has published or discarded.
extension LauncherClient {
  /// Asks for one result to be settled. Never blocks.
  ///
  /// - Parameters:
  ///   - entry: of the generation in force.
  ///   - completion: called once, with what became of it; nil where the launcher is gone.
  package func settle(
    _ action: ResultRequest.Action, _ place: ResultPlace, of entry: EntryID,
    _ completion: @escaping @Sendable (ResultReply?) -> Void
  ) {
    let requestID: UInt64? = state.withLock { state in
      guard !state.isGone else { return nil }
      state.lastResultID += 1
      state.resultCompletions[state.lastResultID] = completion
      return state.lastResultID
    }
    guard let requestID else { return completion(nil) }
    let request = ResultRequest(requestID: requestID, entry: entry, action: action, place: place)
    do throws(SystemCallFailure) {
      try send(Request.settle(request).bytes, nil)
    } catch {
      // The channel is closed: the loop completes the request.
    }
  }

  func finishResult(_ result: ResultReply) {
    state.withLock { $0.resultCompletions.removeValue(forKey: result.requestID) }?(result)
  }

  /// Completes every request: there is no launcher any more.
  func failResults() {
    let left = state.withLock { state in
      defer { state.resultCompletions = [:] }
      return state.resultCompletions
    }
    for completion in left.values { completion(nil) }
  }
}
