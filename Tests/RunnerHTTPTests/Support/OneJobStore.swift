import RunnerCore

/// A store that holds one job, as an earlier process left it.
struct OneJobStore: ExclusiveJobStore {
  let kept: Job

  init(_ job: Job) {
    kept = job
  }

  func unfinishedJobs(after cursor: Int64?) async throws(StoreFailure) -> UnfinishedJobs {
    UnfinishedJobs(jobs: [])
  }

  func add(
    _ job: Job, key: String?, _ promised: PromisedCallbacks
  ) async throws(StoreFailure) -> StoreAddResult { .added }

  func release(_ id: JobID) async throws(StoreFailure) {}

  func hold(_ id: JobID, until time: Timestamp) async throws(StoreFailure) {}

  func setRank(_ rank: Timestamp, of id: JobID) async throws(StoreFailure) {}

  func claim(_ id: JobID, at time: Timestamp) async throws(StoreFailure) -> UInt64? { nil }

  func requeue(_ id: JobID, epoch: UInt64) async throws(StoreFailure) { throw .fenced }

  func retry(_ job: Job) async throws(StoreFailure) { throw .fenced }

  func recordSuccess(of id: JobID, epoch: UInt64, code: UInt8) async throws(StoreFailure) {
    throw .fenced
  }

  func end(_ job: Job) async throws(StoreFailure) -> [JobID] { throw .fenced }

  func predecessors(of id: JobID) async throws(StoreFailure) -> PredecessorStates {
    PredecessorStates()
  }

  func job(_ id: JobID) async throws(StoreFailure) -> Job? { id == kept.id ? kept : nil }

  func job(under key: String, of client: Principal) async throws(StoreFailure) -> Job? { nil }

  func keptBytes(of client: Principal) async throws(StoreFailure) -> Int { 0 }

  func submissions(after time: Timestamp) async throws(StoreFailure) -> [JobSubmission] { [] }

  func page(_ query: JobQuery) async throws(StoreFailure) -> [Job] { [kept] }

  func delete(_ id: JobID) async throws(StoreFailure) -> Bool { false }

  func purgeBatch(at time: Timestamp) async throws(StoreFailure) -> [JobID] { [] }

  func isPaused() async throws(StoreFailure) -> Bool { false }

  func setPaused(_ isPaused: Bool) async throws(StoreFailure) {}

  func nextBatch(_ query: DeliveryBatchQuery) async throws(StoreFailure) -> DeliveryBatch {
    DeliveryBatch()
  }

  func record(
    _ attempt: CallbackAttempt, of callback: PendingDelivery, then state: CallbackState
  ) async throws(StoreFailure) {}

  func expireCallbacks(
    pendingBefore since: Timestamp, latest: Timestamp, at now: Timestamp
  ) async throws(StoreFailure) -> Int { 0 }

  func callbackReport(of id: JobID) async throws(StoreFailure) -> CallbackReport? { nil }

  func redeliver(_ id: JobID, at now: Timestamp) async throws(StoreFailure) -> Redelivery {
    .unknown
  }
}
