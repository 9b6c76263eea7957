/// A store that one process alone uses, for as long as it has it open: what keeps others out is its
/// lease, which ends with the process and never before.
package protocol SoleJobStore: JobStore {}

extension SoleJobStore {
  package var lease: Duration? { nil }
  package var changes: AsyncStream<Void> { AsyncStream { $0.finish() } }

  package func renew(at time: Timestamp) async throws(StoreFailure) -> StoreNews { StoreNews() }

  package func askToCancel(_ id: JobID) async throws(StoreFailure) -> Bool { false }
}
