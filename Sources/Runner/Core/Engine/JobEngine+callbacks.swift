/// Delivery reports and redelivery.
extension JobEngine {
  /// Delivery state and attempts of a job; nil when there is no such job.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  package nonisolated func callbackReport(
    of id: JobID
  ) async throws(StoreFailure) -> CallbackReport? {
    try await ports.store.callbackReport(of: id)
  }

  /// Makes the delivery of an ended job pending again, and wakes the dispatcher.
  ///
  /// - Returns: whether it is pending now, or why it is not.
  /// - Throws: `StoreFailure` when the store cannot be written, and the delivery is as before; or
  ///   when the job cannot be read after that, and the delivery is pending.
  package nonisolated func redeliver(_ id: JobID) async throws(StoreFailure) -> Redelivery {
    let redelivery = try await ports.store.redeliver(id, at: ports.clock.now())
    if redelivery == .scheduled, let job = try await find(id) {
      ports.callbacks.scheduleDelivery(job)
    }
    return redelivery
  }
}
