import Synchronization

/// All answers that are followed.
final class Followers: Sendable {
  private struct State {
    var all: [ObjectIdentifier: Follower] = [:]
    var rung: [Follower] = []
  }

  let gate: WaitGate
  private let state = Mutex(State())

  init(_ gate: WaitGate) {
    self.gate = gate
  }

  func add(_ follower: Follower) {
    state.withLock { $0.all[ObjectIdentifier(follower)] = follower }
  }

  func remove(_ follower: Follower) {
    _ = state.withLock { $0.all.removeValue(forKey: ObjectIdentifier(follower)) }
  }

  /// Wakes it in a task: whoever rings reads the output of all jobs, and has no time for two
  /// hundred system calls.
  func wakeSoon(_ follower: Follower) {
    let isFirst = state.withLock { state in
      state.rung.append(follower)
      return state.rung.count == 1
    }
    if isFirst { Task { wakeRung() } }
  }

  private func wakeRung() {
    let rung = state.withLock { state in
      defer { state.rung = [] }
      return state.rung
    }
    for follower in rung { follower.wake() }
  }

  /// The service stops: none may sleep any more.
  func stop() {
    gate.stop()
    for follower in state.withLock({ Array($0.all.values) }) { follower.ring() }
  }
}
