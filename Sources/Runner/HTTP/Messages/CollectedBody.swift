import Synchronization

/// A body that is held in memory as a whole, within the budget of all bodies.
final class CollectedBody: BodySink {
  private struct State {
    var bytes: [UInt8] = []
    /// Bytes that are charged to the budget.
    var charged = 0
  }

  private let budget: BodyBudget
  private let bodyBudgetExceeded: @Sendable () -> Response
  private let state = Mutex(State())

  /// - Parameter bodyBudgetExceeded: the answer where the budget is spent.
  init(_ budget: BodyBudget, bodyBudgetExceeded: @escaping @Sendable () -> Response) {
    self.budget = budget
    self.bodyBudgetExceeded = bodyBudgetExceeded
  }

  deinit {
    budget.refund(state.withLock { $0.charged })
  }

  /// Makes room for a body of known length before it comes.
  func reserve(_ count: Int) -> BodyStep {
    state.withLock { state in
      guard charge(count, &state) else { return .refused(bodyBudgetExceeded()) }
      state.bytes.reserveCapacity(count)
      return .taken
    }
  }

  func receive(_ bytes: Span<UInt8>) -> BodyStep {
    state.withLock { state in
      let count = state.bytes.count + bytes.count
      if count > state.charged {
        guard charge(max(count, 2 * state.charged) - state.charged, &state) else {
          state.bytes = []
          return .refused(bodyBudgetExceeded())
        }
      }
      // SAFETY: the buffer is read inside of the closure only.
      unsafe bytes.withUnsafeBufferPointer { unsafe state.bytes.append(contentsOf: $0) }
      return .taken
    }
  }

  func whenReady(_ resume: @escaping @Sendable () -> Void) { resume() }
  func finish() {}
  func abort() {}

  /// Removes and returns the bytes. They stay charged as long as this object lives.
  func drain() -> [UInt8] {
    state.withLock { state in
      defer { state.bytes = [] }
      return state.bytes
    }
  }

  private func charge(_ count: Int, _ state: inout State) -> Bool {
    guard budget.charge(count) else { return false }
    state.charged += count
    return true
  }
}
