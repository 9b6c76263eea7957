/// Query for the next batch of due deliveries.
package struct DeliveryBatchQuery: Sendable {
  package var at: Timestamp
  /// How many at most.
  package var limit: Int
  /// Deliveries in flight to one receiver at most, those of `inFlight` included.
  package var perReceiver: Int
  package var inFlight: [PendingDelivery]
  /// Receivers to skip: saturated, or with nothing more to deliver.
  package var skipped: Set<String>
  /// Whether open circuit breakers are ignored: for the last attempt before the process ends.
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
