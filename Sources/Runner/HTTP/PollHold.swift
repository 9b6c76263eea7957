import RunnerCore
import Synchronization

/// Holds the answer to a GET of a live job for a moment: until the job ends, or the next tick.
///
/// Clients of the original ask again and again until a job has ended, many of them each
/// millisecond. Sixty-four of those would take more of the processor for asking than for running.
/// Held so, each asks fifty times a second at most, and learns of the end at once.
final class PollHold: Sendable {
  /// The longest that an answer is held: not to be noticed by a person.
  private static let tick: Duration = .milliseconds(20)

  private struct Held {
    let job: JobID
    let release: @Sendable () -> Void
  }

  private struct State {
    var held: [UInt64: Held] = [:]
    var last: UInt64 = 0
    var isTicking = false
  }

  private let engine: JobEngine
  private let state = Mutex(State())

  init(engine: JobEngine) {
    self.engine = engine
  }

  /// Calls `release` exactly once: when `job` has ended, at the next tick, or at once.
  func hold(_ job: JobID, until release: @escaping @Sendable () -> Void) {
    let (number, starts) = state.withLock { state in
      state.last += 1
      state.held[state.last] = Held(job: job, release: release)
      defer { state.isTicking = true }
      return (state.last, !state.isTicking)
    }
    if !engine.observeEnd(of: job, as: number, { [self] in letGo(number) }) { letGo(number) }
    if starts { Task { await tickWhileNeeded() } }
  }

  private func letGo(_ number: UInt64) {
    state.withLock { $0.held.removeValue(forKey: number) }?.release()
  }

  /// One timer for all, and none while nobody asks.
  private func tickWhileNeeded() async {
    var isNeeded = true
    while isNeeded {
      // A cancelled sleep only ticks early; nothing cancels this task.
      try? await Task.sleep(for: Self.tick)
      let held = state.withLock { state in
        defer { state.held = [:] }
        state.isTicking = !state.held.isEmpty
        return state.held
      }
      isNeeded = !held.isEmpty
      for (number, one) in held {
        engine.stopObserving(one.job, as: number)
        one.release()
      }
    }
  }
}
