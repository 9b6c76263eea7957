import RunnerCore
import Synchronization

/// Responses that are held back for a time. Each has a connection that is suspended, so that their
/// number is bounded by that of connections.
final class HeldResponses: Sendable {
  private struct State {
    var timers: [UInt64: Task<Void, Never>] = [:]
    var lastNumber: UInt64 = 0
    var isReleased = false
  }

  private let clock: any WallClock
  private let state = Mutex(State())

  init(_ clock: any WallClock) {
    self.clock = clock
  }

  /// Calls `send` once, after `delay` or when all are released.
  func hold(for delay: Duration, then send: @escaping @Sendable () -> Void) {
    let number = state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
    let timer = Task { [self] in
      await clock.sleep(for: delay)
      state.withLock { $0.timers[number] = nil }
      send()
    }
    let isReleased = state.withLock { state in
      if !state.isReleased { state.timers[number] = timer }
      return state.isReleased
    }
    if isReleased { timer.cancel() }
  }

  /// Returns after `delay`, or when all are released.
  func wait(for delay: Duration) async {
    await withCheckedContinuation { continuation in
      hold(for: delay) { continuation.resume() }
    }
  }

  /// Sends all of them now, and further ones at once.
  func release() {
    let timers = state.withLock { state in
      state.isReleased = true
      return state.timers.values.map { $0 }
    }
    for timer in timers { timer.cancel() }
  }
}
