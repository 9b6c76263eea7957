internal import RunnerCore
internal import Synchronization

/// Results of work that may never come.
enum TimeLimit {
  /// The result of `work`, or `fallback` after `time`; the work goes on then, and its result is
  /// dropped.
  static func result<Result: Sendable>(
    within time: Duration, or fallback: Result, clock: any WallClock,
    of work: @escaping @Sendable () async -> Result
  ) async -> Result {
    await withCheckedContinuation { (continuation: CheckedContinuation<Result, Never>) in
      let first = FirstResult(continuation)
      let timer = Task {
        await clock.sleep(for: time)
        first.resume(returning: fallback)
      }
      Task {
        first.resume(returning: await work())
        timer.cancel()
      }
    }
  }

  /// Resumes a continuation with the first of several results.
  private final class FirstResult<Result: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Result, Never>?>

    init(_ continuation: CheckedContinuation<Result, Never>) {
      self.continuation = Mutex(continuation)
    }

    func resume(returning result: Result) {
      continuation.withLock { $0.take() }?.resume(returning: result)
    }
  }
}
