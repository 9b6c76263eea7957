/// Which of the callbacks that are due can be sent.
package struct DeliveryBatchQuery: Sendable {
  package var at: Timestamp
  /// How many at most.
  package var limit: Int
  /// How many may be on their way to one receiver, those in flight included.
  package var perReceiver: Int
  package var inFlight: [PendingDelivery]
  /// Receivers that are not to be looked at: they have no room, or nothing more to send.
  package var skipped: Set<String>
  /// There will be no other chance: receivers that do not work are tried too.
  package var ignoresBreakers = false

  package init(
    at: Timestamp, limit: Int, perReceiver: Int, inFlight: [PendingDelivery] = [],
    skipped: Set<String> = []
  ) {
    self.at = at
    self.limit = limit
    self.perReceiver = perReceiver
    self.inFlight = inFlight
    self.skipped = skipped
  }
}

package struct DeliveryBatch: Sendable {
  /// The receivers that have waited longest first.
  package var callbacks: [PendingDelivery]
  /// When to ask again at the latest; nil when nothing will become due by itself.
  package var next: Timestamp?

  package init(callbacks: [PendingDelivery] = [], next: Timestamp? = nil) {
    self.callbacks = callbacks
    self.next = next
  }
}
