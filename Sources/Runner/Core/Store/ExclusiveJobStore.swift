/// A store that one process alone uses, for as long as it has it open: what keeps others out is its
/// lease, which ends with the process and never before.
package protocol ExclusiveJobStore: JobStore {}

extension ExclusiveJobStore {
  package var lease: Duration? { nil }
  package var changes: AsyncStream<Void> { AsyncStream { $0.finish() } }

  package func renewLease(at time: Timestamp) async throws(StoreFailure) -> LeaseUpdate {
    LeaseUpdate()
  }

  package func requestCancel(_ id: JobID) async throws(StoreFailure) -> Bool { false }
}
