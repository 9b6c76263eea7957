import Synchronization

/// Memory budget of all captured output.
///
/// A chunk is charged while it is referenced. When the budget is exhausted, the output of ended
/// jobs is evicted, oldest first; when no ended job has any left, running jobs drop further output.
package final class OutputBudget: Sendable {
  /// Bytes that may be charged at one time.
  package let bytesMax: Int
  /// Bytes that are charged now.
  let charged = Atomic<Int>(0)
  private let evictable = Mutex<EvictableOutputs>(EvictableOutputs())

  /// A budget of `bytesMax` bytes, none of them charged.
  package init(bytesMax: Int) {
    self.bytesMax = bytesMax
  }

  /// Charges `bytes`, evicting output of ended jobs if necessary.
  ///
  /// Never called with a lock of `CapturedOutput` held: eviction takes that lock.
  ///
  /// - Returns: false when the budget is exhausted and nothing can be evicted.
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

  /// Allows the eviction of `output`, whose job has ended.
  func markEvictable(_ output: CapturedOutput) {
    evictable.withLock { $0.append(output) }
  }

  /// Removes `output` from the eviction order: its job was deleted.
  func removeEvictable(_ output: CapturedOutput) {
    evictable.withLock { $0.remove(output) }
  }
}

/// Eviction order of the output of ended jobs, oldest first. Dictionaries by sequence number rather
/// than an array, so that removing one in the middle costs the same as removing the first.
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
