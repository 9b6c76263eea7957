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

  /// A held response; the first `resume` releases it, further ones do nothing.
  private final class HeldRequest: Sendable {
    private let release: Mutex<(@Sendable () -> Void)?>

    init(_ release: @escaping @Sendable () -> Void) { self.release = Mutex(release) }

    func resume() { release.withLock { $0.take() }?() }
  }

  private struct State {
    /// Requests that wait for the next tick, each with its observer in the job table.
    var held: [(held: HeldRequest, observer: JobObserver)] = []
    var isTimerRunning = false
  }

  private let engine: JobEngine
  private let state = Mutex(State())

  init(engine: JobEngine) {
    self.engine = engine
  }

  /// Calls `release` exactly once: when `job` has ended, at the next tick, or at once.
  func hold(_ job: JobID, until release: @escaping @Sendable () -> Void) {
    let held = HeldRequest(release)
    guard let observer = engine.observeEnd(of: job, { held.resume() }) else {
      return held.resume()
    }
    let starts = state.withLock { state in
      state.held.append((held, observer))
      defer { state.isTimerRunning = true }
      return !state.isTimerRunning
    }
    if starts { Task { await runTimer() } }
  }

  /// One timer for all held requests; it stops when none is held.
  private func runTimer() async {
    var isTimerNeeded = true
    while isTimerNeeded {
      // A cancelled sleep only ticks early; nothing cancels this task.
      try? await Task.sleep(for: Self.holdTimeMax)
      let held = state.withLock { state in
        defer { state.held = [] }
        state.isTimerRunning = !state.held.isEmpty
        return state.held
      }
      isTimerNeeded = !held.isEmpty
      for one in held {
        engine.stopObserving(one.observer)
        one.held.resume()
      }
    }
  }
}
