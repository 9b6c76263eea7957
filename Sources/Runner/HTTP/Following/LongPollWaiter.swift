import RunnerCore
import Synchronization

/// Long polling (RFC 6202): waits for the end of a job, for a bounded time.
///
/// One timer is for all waits: most of them end with their job, and the next one finds a timer that
/// runs. So a wait costs no timer of its own, and no thread is woken to set one.
final class LongPollWaiter: Sendable {
  /// The longest wait that may be asked for, in seconds: a connection that waits does not notice
  /// that its client left.
  static let secondsMax = 60
  /// The longest wait that is kept, in seconds: the answer comes before the time-out of a proxy,
  /// which is a minute for most.
  static let heldSecondsMax = 55
  /// The least time between two looks at all waits: what they cost stays small however many waits
  /// there are.
  private static let checkInterval: Duration = .milliseconds(10)

  private struct Wait {
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var waits: [UInt64: Wait] = [:]
    var lastID: UInt64 = 0
    /// When the timer looks at the waits; nil while none runs.
    var nextCheck: ContinuousClock.Instant?
  }

  private let engine: JobEngine
  private let state = Mutex(State())

  init(engine: JobEngine) {
    self.engine = engine
  }

  /// Returns when `id` has ended, after `seconds` or `heldSecondsMax`, or at once where there is
  /// nothing to wait for.
  func wait(for id: JobID, seconds: Int) async {
    let deadline = ContinuousClock.now + .seconds(min(seconds, Self.heldSecondsMax))
    var observer: JobObserver?
    await withCheckedContinuation { continuation in
      let (number, setsTimer) = add(Wait(deadline: deadline, continuation: continuation))
      // Whatever comes of this wait: later ones rest on the timer that is noted.
      if setsTimer { Task { await runTimer(until: deadline) } }
      observer = engine.observeEnd(of: id) { [self] in resume(number) }
      if observer == nil { resume(number) }
    }
    if let observer { engine.stopObserving(observer) }
  }

  /// - Returns: the number of the wait, and whether a timer is to be set for it.
  private func add(_ wait: Wait) -> (UInt64, Bool) {
    state.withLock { state in
      state.lastID += 1
      state.waits[state.lastID] = wait
      let setsTimer = state.nextCheck.map { wait.deadline < $0 } ?? true
      if setsTimer { state.nextCheck = wait.deadline }
      return (state.lastID, setsTimer)
    }
  }

  /// Ends a wait, unless it has ended already.
  private func resume(_ number: UInt64) {
    state.withLock { $0.waits.removeValue(forKey: number) }?.continuation.resume()
  }

  /// Ends waits at their deadlines, for as long as there are some. A timer that was set before an
  /// earlier one ends when it wakes.
  private func runTimer(until first: ContinuousClock.Instant) async {
    var check = first
    while true {
      // A cancelled sleep only looks early; nothing cancels this task.
      try? await Task.sleep(until: check, clock: .continuous)
      let now = ContinuousClock.now
      let (over, next) = state.withLock { state in
        guard state.nextCheck == check else { return ([Wait](), nil as ContinuousClock.Instant?) }
        let over = state.waits.filter { $0.value.deadline <= now }
        for number in over.keys { state.waits[number] = nil }
        state.nextCheck = state.waits.values.map(\.deadline).min().map {
          max($0, now + Self.checkInterval)
        }
        return (Array(over.values), state.nextCheck)
      }
      for wait in over { wait.continuation.resume() }
      guard let next else { return }
      check = next
    }
  }
}
