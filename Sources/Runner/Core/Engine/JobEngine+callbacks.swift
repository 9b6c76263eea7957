/// What became of callbacks.
extension JobEngine {
  /// What became of the callback of a job; nil when there is no such job.
  package nonisolated func callbackReport(
    of id: JobID
  ) async throws(StoreFailure) -> CallbackReport? {
    try await ports.store.callbackReport(of: id)
  }

  /// Makes the callback of an ended job owed again, and has it sent.
  package nonisolated func redeliver(_ id: JobID) async throws(StoreFailure) -> Redelivery {
    let redelivery = try await ports.store.redeliver(id, at: ports.clock.now())
    if redelivery == .scheduled, let job = try await find(id) {
      ports.callbacks.scheduleDelivery(job)
    }
    return redelivery
  }
}
