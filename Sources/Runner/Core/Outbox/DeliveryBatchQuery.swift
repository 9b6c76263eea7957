/// Query for the next batch of due deliveries.
package struct DeliveryBatchQuery: Sendable {
  /// Time of the query: deliveries with an earlier or equal due time are due.
  package var at: Timestamp
  /// Number of deliveries of the batch, at most.
  package var limit: Int
  /// Deliveries in flight to one receiver at most, those of `inFlight` included.
  package var perReceiver: Int
  /// Deliveries in flight, which the batch does not have again.
  package var inFlight: [PendingDelivery]
  /// Receivers to skip: saturated, or with nothing more to deliver.
  package var skipped: Set<String>
  /// Whether open circuit breakers are ignored: for the last attempt before the process ends.
  package var ignoresBreakers = false

  /// A query that respects open circuit breakers; by default with nothing in flight.
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

/// A batch of due deliveries, and the due time of the next one.
package struct DeliveryBatch: Sendable {
  /// Due deliveries; those of the receivers that have waited longest come first.
  package var callbacks: [PendingDelivery]
  /// Next due time, at which to query again at the latest; nil when no time makes any due.
  package var next: Timestamp?

  /// A batch; by default an empty one with no next due time.
  package init(callbacks: [PendingDelivery] = [], next: Timestamp? = nil) {
    self.callbacks = callbacks
    self.next = next
  }
}
