import Synchronization

/// The memory that all request bodies together may take while they are held.
final class BodyBudget: Sendable {
  private let bytesMax: Int
  private let charged = Atomic<Int>(0)

  init(bytesMax: Int) {
    self.bytesMax = bytesMax
  }

  /// - Returns: false when there is no room; nothing is charged then.
  func charge(_ bytes: Int) -> Bool {
    let (_, total) = charged.wrappingAdd(bytes, ordering: .relaxed)
    if total <= bytesMax { return true }
    refund(bytes)
    return false
  }

  func refund(_ bytes: Int) {
    charged.wrappingSubtract(bytes, ordering: .relaxed)
  }
}
