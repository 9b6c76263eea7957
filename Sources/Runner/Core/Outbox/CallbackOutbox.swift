/// The port to the callbacks that are owed, which are kept where the jobs are.
///
/// That a callback is owed becomes durable with the end of its job (`JobStore.end`). While it is,
/// its job is not forgotten, unless a client deletes it.
package protocol CallbackOutbox: Sendable {
  /// What may be sent now.
  func nextBatch(_ query: DeliveryBatchQuery) async throws(StoreFailure) -> DeliveryBatch

  /// Keeps a try and what follows from it, for the callback and for its receiver. Does nothing
  /// where the callback is not owed any more: its job was deleted.
  func record(
    _ attempt: CallbackAttempt, of callback: PendingDelivery, then state: CallbackState
  ) async throws(StoreFailure)

  /// Gives up callbacks that have been owed for too long to receivers that do not work, a small
  /// piece at a time; and where the clock was set back, makes due what would wait for it.
  ///
  /// - Parameters:
  ///   - since: those that became owed before.
  ///   - latest: no wait ends later than this.
  /// - Returns: how many; 0 when there are no more.
  func expireCallbacks(
    pendingBefore since: Timestamp, latest: Timestamp, at now: Timestamp
  ) async throws(StoreFailure) -> Int

  /// What became of the callback of a job; nil when there is no such job.
  func callbackReport(of id: JobID) async throws(StoreFailure) -> CallbackReport?

  /// Makes the callback of an ended job owed again.
  func redeliver(_ id: JobID, at now: Timestamp) async throws(StoreFailure) -> Redelivery
}
