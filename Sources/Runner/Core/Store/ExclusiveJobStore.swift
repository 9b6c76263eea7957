/// A store that one process alone uses while it has it open. Its lease ends with the process and
/// never before, so the lease needs no renewal.
package protocol ExclusiveJobStore: JobStore {}

extension ExclusiveJobStore {
  package var lease: LeaseTerms? { nil }
  package var changes: AsyncStream<Void> { AsyncStream { $0.finish() } }

  package func renewLease(
    adopting entries: [String]?
  ) async throws(StoreFailure) -> LeaseUpdate { LeaseUpdate() }
  package func leave() async {}
  package func updates(in lanes: [String]) async throws(StoreFailure) -> StoreUpdate {
    StoreUpdate()
  }
  package func requestCancel(_ id: JobID) async throws(StoreFailure) -> Bool { false }
  package func offer(
    _ id: JobID, in lane: String, at place: Timestamp
  ) async throws(StoreFailure) {}
  package func claim(_ query: PullQuery) async throws(StoreFailure) -> [Job] { [] }
  package func putBack(_ id: JobID, epoch: UInt64) async throws(StoreFailure) {
    try await requeue(id, epoch: epoch)
  }
  package func stages(of ids: [JobID]) async throws(StoreFailure) -> [JobID: StageStatus] { [:] }
  package func queueCounts() async throws(StoreFailure) -> QueueCounts? { nil }
}
