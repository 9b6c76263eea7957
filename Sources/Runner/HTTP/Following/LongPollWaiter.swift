import RunnerCore

/// Long polling (RFC 6202): waits for the end of a job, for a bounded time.
final class LongPollWaiter: Sendable {
  /// The longest wait that may be asked for, in seconds: a connection that waits does not notice
  /// that its client left.
  static let secondsMax = 60
  /// The longest wait that is kept, in seconds: the answer comes before the time-out of a proxy,
  /// which is a minute for most.
  static let heldSecondsMax = 55

  private let engine: JobEngine

  init(engine: JobEngine) {
    self.engine = engine
  }

  /// Returns when `id` has ended, after `seconds` or `heldSecondsMax`, or at once where there is
  /// nothing to wait for.
  func wait(for id: JobID, seconds: Int) async {
    let (ends, end) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    guard let observer = engine.observeEnd(of: id, { end.finish() }) else { return }
    let timer = Task {
      // A cancelled sleep ends early, and then the wait has ended already.
      try? await Task.sleep(for: .seconds(min(seconds, Self.heldSecondsMax)))
      end.finish()
    }
    for await _ in ends {}
    timer.cancel()
    engine.stopObserving(observer)
  }
}
