import RunnerCore
import Synchronization

/// A memory store that fails when a test says so, and that may hold unfinishedJobs.
final class FailingStore: ExclusiveJobStore {
  private struct State {
    var failure: StoreFailure?
    var calls = 0
    var unfinishedJobs: [Job] = []
    /// Whether only what writes fails.
    var canRead = false
    var requeued: [JobID] = []
    var claimed: [JobID: Timestamp] = [:]
    var ended: [JobID: Job] = [:]
    var purgeCount = 0
    var mostDue = 0
    var duringAdd: (@Sendable () async -> Void)?
    var duringMove: (@Sendable () async -> Void)?
    /// Whether what is done is not confirmed.
    var losesAnswers = false
    /// Claims and ends that were not confirmed, for the repetition.
    var lostEpochs: [JobID: UInt64] = [:]
    var lostEnds: [JobID: [JobID]] = [:]
  }

  private let memory: MemoryStore
  private let state: Mutex<State>

  /// - Parameter writesFail: what every call that writes fails with; `unfinishedJobs` only reads.
  init(
    unfinishedJobs: [Job] = [], writesFail: StoreFailure? = nil,
    budget: OutputBudget = OutputBudget(bytesMax: 64 << 20)
  ) {
    memory = MemoryStore(endedMax: 1000, budget: budget)
    state = Mutex(
      State(failure: writesFail, unfinishedJobs: unfinishedJobs, canRead: writesFail != nil))
  }

  /// From now on every call that writes fails so; nil for none.
  func fail(_ failure: StoreFailure?) { state.withLock { $0.failure = failure } }

  /// From now on, or not any more, each addition, claim and end is done, and fails with `unknown`.
  func loseAnswers(_ loses: Bool) { state.withLock { $0.losesAnswers = loses } }

  /// Calls `body` in the middle of the next `add`, which goes on when that has returned.
  func duringNextAdd(_ body: @escaping @Sendable () async -> Void) {
    state.withLock { $0.duringAdd = body }
  }

  /// Calls `body` in the middle of the next `setRank`, which goes on when that has returned.
  func duringNextMove(_ body: @escaping @Sendable () async -> Void) {
    state.withLock { $0.duringMove = body }
  }

  var requeued: [JobID] { state.withLock { $0.requeued } }
  /// How often it was asked to forget.
  var purgeCount: Int { state.withLock { $0.purgeCount } }
  /// The most callbacks that were ever asked for at one time.
  var mostDue: Int { state.withLock { $0.mostDue } }
  func claimed(_ id: JobID) -> Timestamp? { state.withLock { $0.claimed[id] } }
  func ended(_ id: JobID) -> Job? { state.withLock { $0.ended[id] } }

  private func check() throws(StoreFailure) {
    let failure = state.withLock { state in
      state.calls += 1
      return state.failure
    }
    if let failure { throw failure }
  }

  /// - Parameter note: keeps what the repetition is to return.
  private func confirm(_ note: (inout State) -> Void = { _ in }) throws(StoreFailure) {
    let isLost = state.withLock { state in
      if state.losesAnswers { note(&state) }
      return state.losesAnswers
    }
    if isLost { throw .unknown("the answer is lost") }
  }

  func isPaused() async throws(StoreFailure) -> Bool { try await memory.isPaused() }

  func setPaused(_ isPaused: Bool) async throws(StoreFailure) {
    try check()
    try await memory.setPaused(isPaused)
  }

  /// One at a time.
  func unfinishedJobs(after cursor: Int64?) async throws(StoreFailure) -> UnfinishedJobs {
    if state.withLock({ !$0.canRead }) { try check() }
    let index = Int(cursor ?? 0)
    let unfinishedJobs = state.withLock { $0.unfinishedJobs }
    guard index < unfinishedJobs.count else { return UnfinishedJobs(jobs: []) }
    _ = try await memory.add(unfinishedJobs[index], key: nil)
    return UnfinishedJobs(jobs: [unfinishedJobs[index]], cursor: Int64(index + 1))
  }

  func add(
    _ job: Job, key: String?, _ promised: PromisedCallbacks
  ) async throws(StoreFailure) -> StoreAddResult {
    try check()
    await state.withLock { $0.duringAdd.take() }?()
    let result = try await memory.add(job, key: key, promised)
    try confirm()
    return result
  }

  func release(_ id: JobID) async throws(StoreFailure) {
    try check()
    try await memory.release(id)
  }

  func hold(_ id: JobID, until time: Timestamp) async throws(StoreFailure) {
    try check()
    try await memory.hold(id, until: time)
  }

  func setRank(_ rank: Timestamp, of id: JobID) async throws(StoreFailure) {
    try check()
    await state.withLock { $0.duringMove.take() }?()
    try await memory.setRank(rank, of: id)
  }

  func claim(_ id: JobID, at time: Timestamp) async throws(StoreFailure) -> UInt64? {
    try check()
    state.withLock { $0.claimed[id] = time }
    let lost = state.withLock { $0.lostEpochs.removeValue(forKey: id) }
    guard let epoch = if let lost { lost } else { try await memory.claim(id, at: time) } else {
      return nil
    }
    try confirm { $0.lostEpochs[id] = epoch }
    return epoch
  }

  func requeue(_ id: JobID, epoch: UInt64) async throws(StoreFailure) {
    try check()
    try await memory.requeue(id, epoch: epoch)
    state.withLock { $0.requeued.append(id) }
  }

  func retry(_ job: Job) async throws(StoreFailure) {
    try check()
    try await memory.retry(job)
  }

  func recordSuccess(of id: JobID, epoch: UInt64, code: UInt8) async throws(StoreFailure) {
    try check()
    try await memory.recordSuccess(of: id, epoch: epoch, code: code)
  }

  func end(_ job: Job) async throws(StoreFailure) -> [JobID] {
    try check()
    let lost = state.withLock { $0.lostEnds.removeValue(forKey: job.id) }
    let forgotten = if let lost { lost } else { try await memory.end(job) }
    try confirm { $0.lostEnds[job.id] = forgotten }
    state.withLock { $0.ended[job.id] = job }
    return forgotten
  }

  func predecessors(of id: JobID) async throws(StoreFailure) -> PredecessorStates {
    try check()
    return try await memory.predecessors(of: id)
  }

  func job(_ id: JobID) async throws(StoreFailure) -> Job? { try await memory.job(id) }

  func job(under key: String, of client: Principal) async throws(StoreFailure) -> Job? {
    try await memory.job(under: key, of: client)
  }

  func keptBytes(of client: Principal) async throws(StoreFailure) -> Int {
    try await memory.keptBytes(of: client)
  }

  func submissions(after time: Timestamp) async throws(StoreFailure) -> [JobSubmission] {
    try await memory.submissions(after: time)
  }

  func page(_ query: JobQuery) async throws(StoreFailure) -> [Job] { try await memory.page(query) }

  func delete(_ id: JobID) async throws(StoreFailure) -> Bool {
    try check()
    return try await memory.delete(id)
  }

  func purgeBatch(at time: Timestamp) async throws(StoreFailure) -> [JobID] {
    state.withLock { $0.purgeCount += 1 }
    return []
  }

  func nextBatch(_ query: DeliveryBatchQuery) async throws(StoreFailure) -> DeliveryBatch {
    try check()
    let due = try await memory.nextBatch(query)
    state.withLock { $0.mostDue = max($0.mostDue, due.callbacks.count) }
    return due
  }

  func record(
    _ attempt: CallbackAttempt, of callback: PendingDelivery, then state: CallbackState
  ) async throws(StoreFailure) {
    try check()
    try await memory.record(attempt, of: callback, then: state)
  }

  func expireCallbacks(
    pendingBefore since: Timestamp, latest: Timestamp, at now: Timestamp
  ) async throws(StoreFailure) -> Int {
    try check()
    return try await memory.expireCallbacks(pendingBefore: since, latest: latest, at: now)
  }

  func callbackReport(of id: JobID) async throws(StoreFailure) -> CallbackReport? {
    try await memory.callbackReport(of: id)
  }

  func redeliver(_ id: JobID, at now: Timestamp) async throws(StoreFailure) -> Redelivery {
    try check()
    return try await memory.redeliver(id, at: now)
  }
}
