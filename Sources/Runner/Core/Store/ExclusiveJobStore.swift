/// A store that one process alone uses while it has it open. Its lease ends with the process and
/// never before, so the lease needs no renewal.
package protocol ExclusiveJobStore: JobStore {}

extension ExclusiveJobStore {
  package var lease: Duration? { nil }
  package var changes: AsyncStream<Void> { AsyncStream { $0.finish() } }

  package func renewLease(at time: Timestamp) async throws(StoreFailure) -> LeaseUpdate {
    LeaseUpdate()
  }

  package func requestCancel(_ id: JobID) async throws(StoreFailure) -> Bool { false }
}
