import Synchronization

/// Bounds the transfers of files at one time, since each takes one more descriptor than its
/// connection; those beyond go through the library.
final class TransferLimiter: Sendable {
  /// The right to one transfer, given back with the object.
  final class Slot: Sendable {
    private let limiter: TransferLimiter

    fileprivate init(_ limiter: TransferLimiter) { self.limiter = limiter }

    deinit { limiter.count.wrappingSubtract(1, ordering: .relaxed) }
  }

  /// Of all connections; the budget of descriptors has room for them.
  static let transfersMax = 16
  /// Transfers beside which a chunk of followed output may begin: downloads keep the other half of
  /// the places, and a follower without one is served by the library.
  static let chunksMax = 8

  private let count = Atomic<Int>(0)

  /// Whether files are on their way.
  var hasTransfers: Bool { count.load(ordering: .relaxed) > 0 }

  /// - Parameter most: transfers of both kinds at one time, this one included.
  /// - Returns: nil where there are as many as may be.
  func acquire(most: Int = transfersMax) -> Slot? {
    guard count.wrappingAdd(1, ordering: .relaxed).newValue <= most else {
      count.wrappingSubtract(1, ordering: .relaxed)
      return nil
    }
    return Slot(self)
  }
}
