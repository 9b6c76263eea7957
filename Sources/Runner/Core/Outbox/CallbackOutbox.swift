/// The port to the transactional outbox: pending deliveries, stored with the jobs.
///
/// A pending delivery becomes durable with the end of its job (`JobStore.end`). While it is
/// pending, retention does not purge the job, but a client may delete it.
package protocol CallbackOutbox: Sendable {
  /// The next batch of due deliveries.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func nextBatch(_ query: DeliveryBatchQuery) async throws(StoreFailure) -> DeliveryBatch

  /// Records an attempt, with the state that follows for the delivery and for the circuit breaker
  /// of its receiver. Does nothing where the delivery is not pending any more, because its job was
  /// deleted.
  ///
  /// - Throws: `StoreFailure` when the store cannot be written; the delivery is as before then.
  func record(
    _ attempt: CallbackAttempt, of callback: PendingDelivery, then state: CallbackState
  ) async throws(StoreFailure)

  /// Gives up deliveries that are pending for too long to receivers whose circuit breaker is open,
  /// one batch at a time; and reschedules due times that are too far away after a step of the wall
  /// clock.
  ///
  /// - Parameters:
  ///   - since: deliveries that became pending before this time expire.
  ///   - latest: upper bound of all due times.
  /// - Returns: number of deliveries; 0 when there are no more.
  /// - Throws: `StoreFailure` when the store cannot be written; no delivery of the batch is given
  ///   up then.
  func expireCallbacks(
    pendingBefore since: Timestamp, latest: Timestamp, at now: Timestamp
  ) async throws(StoreFailure) -> Int

  /// Delivery state and attempts of a job; nil when there is no such job.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func callbackReport(of id: JobID) async throws(StoreFailure) -> CallbackReport?

  /// Makes the delivery of an ended job pending again.
  ///
  /// - Throws: `StoreFailure` when the store cannot be written; the delivery is as before then.
  func redeliver(_ id: JobID, at now: Timestamp) async throws(StoreFailure) -> Redelivery
}
