import Synchronization

/// The memory that all kept output together may take.
///
/// A chunk of output is charged while it lives, whoever holds it. When the budget is spent, ended
/// jobs give up their output, oldest first; when no ended job has any left, running jobs keep no
/// more of theirs.
package final class OutputBudget: Sendable {
  /// Bytes that may be charged at one time.
  package let bytesMax: Int
  private let charged = Atomic<Int>(0)
  private let evictable = Mutex<EvictableOutputs>(EvictableOutputs())

  package init(bytesMax: Int) {
    self.bytesMax = bytesMax
  }

  /// Bytes charged now.
  package var bytesInUse: Int { charged.load(ordering: .relaxed) }

  /// Charges `bytes`, taking the output of ended jobs if it must.
  ///
  /// Never called with a lock of `CapturedOutput` held: releasing one takes its lock.
  ///
  /// - Returns: false when the budget has no room and no ended job can give any.
  func charge(_ bytes: Int) -> Bool {
    while true {
      if chargeIfRoom(bytes) { return true }
      guard let oldest = evictable.withLock({ $0.popOldest() }) else { return false }
      oldest.evict()
    }
  }

  /// Never above `bytesMax`, not even for a moment: a charge that fits must not fail because a
  /// larger one beside it does not.
  private func chargeIfRoom(_ bytes: Int) -> Bool {
    var current = charged.load(ordering: .relaxed)
    while bytes <= bytesMax - current {
      let (exchanged, original) = charged.weakCompareExchange(
        expected: current, desired: current + bytes, ordering: .relaxed)
      if exchanged { return true }
      current = original
    }
    return false
  }

  /// Gives back what a chunk was charged with.
  func refund(_ bytes: Int) {
    charged.wrappingSubtract(bytes, ordering: .relaxed)
  }

  /// From now on `output` may be released to make room.
  func markEvictable(_ output: CapturedOutput) {
    evictable.withLock { $0.append(output) }
  }

  /// `output` went with its job and is nobody's any more.
  func removeEvictable(_ output: CapturedOutput) {
    evictable.withLock { $0.remove(output) }
  }
}

/// Output of ended jobs, oldest first. Numbers in a dictionary rather than an array of outputs, so
/// that forgetting one in the middle costs the same as taking the first.
private struct EvictableOutputs {
  private var byOrder: [UInt64: CapturedOutput] = [:]
  private var orderOf: [ObjectIdentifier: UInt64] = [:]
  private var first: UInt64 = 0
  private var next: UInt64 = 0

  mutating func append(_ output: CapturedOutput) {
    guard orderOf[ObjectIdentifier(output)] == nil else { return }
    orderOf[ObjectIdentifier(output)] = next
    byOrder[next] = output
    next += 1
  }

  mutating func remove(_ output: CapturedOutput) {
    guard let order = orderOf.removeValue(forKey: ObjectIdentifier(output)) else { return }
    byOrder[order] = nil
  }

  mutating func popOldest() -> CapturedOutput? {
    while first < next {
      defer { first += 1 }
      if let output = byOrder.removeValue(forKey: first) {
        orderOf[ObjectIdentifier(output)] = nil
        return output
      }
    }
    return nil
  }
}
