import Synchronization

/// A body that is read while it comes. It holds no more than a bound: a client that sends faster
/// than the handler reads is not read from.
final class BodyPipe: BodySink {
  /// The body ended before it was whole.
  struct IncompleteError: Error, Hashable, Sendable {}

  private enum End {
    case whole, aborted
  }

  private struct State {
    var pieces: [[UInt8]] = []
    var heldBytes = 0
    var end: End?
    /// The handler reads no more: the rest is thrown away.
    var isClosed = false
    var isCharged = false
    /// Bytes beside its own that the handler keeps of it.
    var keptBytes = 0
    var reader: CheckedContinuation<Void, Never>?
    var resume: (@Sendable () -> Void)?

    /// Takes what is to be called once the lock is free.
    mutating func popResume() -> (@Sendable () -> Void)? { resume.take() }
  }

  private let bytesMax: Int
  private let budget: BodyBudget
  private let bodyBudgetExceeded: @Sendable () -> Response
  private let state = Mutex(State())

  /// - Parameters:
  ///   - bytesMax: bytes that it holds before it is full; the last piece may go beyond.
  ///   - bodyBudgetExceeded: the answer where the budget of all bodies is spent.
  init(bytesMax: Int, _ budget: BodyBudget, bodyBudgetExceeded: @escaping @Sendable () -> Response)
  {
    self.bytesMax = bytesMax
    self.budget = budget
    self.bodyBudgetExceeded = bodyBudgetExceeded
  }

  deinit {
    budget.refund(state.withLock { ($0.isCharged ? bytesMax : 0) + $0.keptBytes })
  }

  /// Charges bytes that the handler keeps as long as there is this object.
  ///
  /// - Returns: the answer where the budget of all bodies is spent.
  func keep(_ count: Int) -> Response? {
    guard budget.charge(count) else { return bodyBudgetExceeded() }
    state.withLock { $0.keptBytes += count }
    return nil
  }

  /// Charges what it may hold, before anything comes.
  func reserve() -> BodyStep {
    guard budget.charge(bytesMax) else { return .refused(bodyBudgetExceeded()) }
    state.withLock { $0.isCharged = true }
    return .taken
  }

  func receive(_ bytes: Span<UInt8>) -> BodyStep {
    let (step, reader) = state.withLock { state -> (BodyStep, CheckedContinuation<Void, Never>?) in
      guard !state.isClosed else { return (.taken, nil) }
      guard state.heldBytes < bytesMax else { return (.full, nil) }
      var piece: [UInt8] = []
      // SAFETY: the buffer is read inside of the closure only.
      unsafe bytes.withUnsafeBufferPointer { unsafe piece.append(contentsOf: $0) }
      state.pieces.append(piece)
      state.heldBytes += piece.count
      return (.taken, state.reader.take())
    }
    reader?.resume()
    return step
  }

  func whenReady(_ resume: @escaping @Sendable () -> Void) {
    let isReady = state.withLock { state in
      let isReady = state.isClosed || state.end != nil || state.heldBytes < bytesMax
      if !isReady { state.resume = resume }
      return isReady
    }
    if isReady { resume() }
  }

  func finish() { end(.whole) }
  func abort() { end(.aborted) }

  private func end(_ end: End) {
    let (reader, resume) = state.withLock { state in
      state.end = state.end ?? end
      return (state.reader.take(), state.popResume())
    }
    reader?.resume()
    resume?()
  }

  /// The next piece, never empty; nil when the body is whole. Called by one task at a time.
  ///
  /// - Throws: `IncompleteError` where it ended before.
  func next() async throws(IncompleteError) -> [UInt8]? {
    while true {
      let (piece, end, resume) = state.withLock { state in
        guard let piece = state.pieces.first else {
          return (nil as [UInt8]?, state.end, nil as (@Sendable () -> Void)?)
        }
        state.pieces.removeFirst()
        state.heldBytes -= piece.count
        return (piece, nil, state.heldBytes < bytesMax ? state.popResume() : nil)
      }
      resume?()
      if let piece { return piece }
      switch end {
      case .whole: return nil
      case .aborted: throw IncompleteError()
      case nil: await more()
      }
    }
  }

  /// Returns when there may be more than there was.
  private func more() async {
    await withCheckedContinuation { continuation in
      let isNow = state.withLock { state in
        if !state.pieces.isEmpty || state.end != nil { return true }
        state.reader = continuation
        return false
      }
      if isNow { continuation.resume() }
    }
  }

  /// The handler is done with it: what still comes is thrown away.
  func close() {
    let resume = state.withLock { state in
      state.isClosed = true
      state.pieces = []
      state.heldBytes = 0
      return state.popResume()
    }
    resume?()
  }
}
