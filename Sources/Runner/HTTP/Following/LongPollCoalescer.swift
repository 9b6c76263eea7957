import RunnerCore
import Synchronization

/// Coalesces polls: holds the response to a GET of a live job until the job ends or the next tick.
///
/// Clients of the original ask again and again until a job has ended, many of them each
/// millisecond. Sixty-four of those would take more of the processor for asking than for running.
/// Held so, each asks fifty times a second at most, and learns of the end at once.
final class LongPollCoalescer: Sendable {
  /// The longest time for which a response is held.
  private static let holdTimeMax: Duration = .milliseconds(20)

  private struct HeldRequest {
    let job: JobID
    let release: @Sendable () -> Void
  }

  private struct State {
    var held: [UInt64: HeldRequest] = [:]
    var last: UInt64 = 0
    var isTimerRunning = false
  }

  private let engine: JobEngine
  private let state = Mutex(State())

  init(engine: JobEngine) {
    self.engine = engine
  }

  /// Calls `release` exactly once: when `job` has ended, at the next tick, or at once.
  func hold(_ job: JobID, until release: @escaping @Sendable () -> Void) {
    let (token, starts) = state.withLock { state in
      state.last += 1
      state.held[state.last] = HeldRequest(job: job, release: release)
      defer { state.isTimerRunning = true }
      return (state.last, !state.isTimerRunning)
    }
    if !engine.observeEnd(of: job, as: token, { [self] in resume(token) }) { resume(token) }
    if starts { Task { await runTimer() } }
  }

  private func resume(_ token: UInt64) {
    state.withLock { $0.held.removeValue(forKey: token) }?.release()
  }

  /// One timer for all held requests; it stops when none is held.
  private func runTimer() async {
    var isTimerNeeded = true
    while isTimerNeeded {
      // A cancelled sleep only ticks early; nothing cancels this task.
      try? await Task.sleep(for: Self.holdTimeMax)
      let held = state.withLock { state in
        defer { state.held = [:] }
        state.isTimerRunning = !state.held.isEmpty
        return state.held
      }
      isTimerNeeded = !held.isEmpty
      for (token, request) in held {
        engine.stopObserving(request.job, as: token)
        request.release()
      }
    }
  }
}
