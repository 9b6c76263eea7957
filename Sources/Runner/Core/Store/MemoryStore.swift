import Synchronization

/// Jobs in memory only: they are gone with the process. For `--state none`, and for tests.
///
/// The engine has the jobs that are queued or running; this store serves the ended ones.
package final class MemoryStore: ExclusiveJobStore {
  /// Content of the store, behind its lock.
  struct State {
    var jobs: [JobID: Job] = [:]
    /// All jobs in order of arrival; some may have been deleted since.
    var order: [JobID] = []
    fileprivate var keys: [Key: JobID] = [:]
    /// Ended jobs that retention may purge, oldest first; some may have been deleted since.
    var ended: [JobID] = []
    var endedCount = 0
    var isPaused = false
    var outbox = MemoryOutbox()
    var predecessors = PredecessorTable()

    /// Makes an ended job without a pending delivery subject to retention.
    mutating func settle(_ id: JobID) {
      ended.append(id)
      endedCount += 1
    }

    /// Drops what is gone, when that is more than half: each removal costs constant time on
    /// average.
    mutating func discardGone() {
      guard order.count > 2 * jobs.count + 1024 else { return }
      order.removeAll { jobs[$0] == nil }
      ended.removeAll { jobs[$0] == nil }
      keys = keys.filter { jobs[$0.value] != nil }
    }
  }

  /// Idempotency key of one client.
  fileprivate struct Key: Hashable {
    let client: Principal
    let text: String
  }

  private let endedMax: Int
  private let budget: OutputBudget
  let state = Mutex(State())

  /// An empty store that lives as long as the process.
  ///
  /// - Parameters:
  ///   - endedMax: ended jobs that are retained, at least 1; the oldest goes first.
  ///   - budget: what the output of ended jobs is charged to.
  package init(endedMax: Int, budget: OutputBudget) {
    self.endedMax = endedMax
    self.budget = budget
  }

  package func isPaused() async throws(StoreFailure) -> Bool { state.withLock { $0.isPaused } }

  package func setPaused(_ isPaused: Bool) async throws(StoreFailure) {
    state.withLock { $0.isPaused = isPaused }
  }

  /// The number of pending deliveries.
  package var pendingCallbackCount: Int { state.withLock { $0.outbox.pendingCount } }

  package func unfinishedJobs(after cursor: Int64?) async throws(StoreFailure) -> UnfinishedJobs {
    UnfinishedJobs(jobs: [])
  }

  package func add(
    _ job: Job, key: String?, _ promised: PromisedCallbacks
  ) async throws(StoreFailure) -> StoreAddResult {
    state.withLock { state in
      let isFull = job.request.callback.map { state.outbox.isFull(for: $0, promised) } ?? false
      if let key = key.map({ Key(client: job.client, text: $0) }) {
        if let first = state.keys[key].flatMap({ state.jobs[$0] }) {
          return first.request == job.request ? .known(first.id) : .keyTaken
        }
        if isFull { return .outboxFull }
      }
      if isFull { return .outboxFull }
      if let id = state.predecessors.add(job, among: state.jobs) { return .unknownPredecessor(id) }
      if let key = key.map({ Key(client: job.client, text: $0) }) { state.keys[key] = job.id }
      state.jobs[job.id] = job
      state.order.append(job.id)
      return .added
    }
  }

  package func release(_ id: JobID) async throws(StoreFailure) {
    state.withLock { $0.jobs[id]?.heldUntil = nil }
  }

  package func hold(_ id: JobID, until time: Timestamp) async throws(StoreFailure) {
    state.withLock { state in
      if state.jobs[id]?.heldUntil != nil { state.jobs[id]?.heldUntil = time }
    }
  }

  package func setRank(_ rank: Timestamp, of id: JobID) async throws(StoreFailure) {
    state.withLock { state in
      if state.jobs[id]?.state == .queued { state.jobs[id]?.rankedAt = rank }
    }
  }

  package func claim(
    _ id: JobID, at time: Timestamp
  ) async throws(StoreFailure) -> UInt64? {
    state.withLock { state in
      guard var job = state.jobs[id], job.state == .queued else { return nil }
      let epoch = job.epoch + 1
      guard Self.apply(.started(epoch: epoch), to: &job, at: time) else { return nil }
      state.jobs[id] = job
      return epoch
    }
  }

  package func requeue(_ id: JobID, epoch: UInt64) async throws(StoreFailure) {
    let isDone = state.withLock { state in
      guard var job = state.jobs[id], job.epoch == epoch,
        Self.apply(.requeued, to: &job, at: job.createdAt)
      else { return false }
      state.jobs[id] = job
      return true
    }
    if !isDone { throw .fenced }
  }

  package func retry(_ job: Job) async throws(StoreFailure) {
    try await requeue(job.id, epoch: job.epoch)
    state.withLock { state in
      state.jobs[job.id]?.attempts = job.attempts
      state.jobs[job.id]?.retryAt = job.retryAt
    }
  }

  package func recordSuccess(of id: JobID, epoch: UInt64, code: UInt8) async throws(StoreFailure) {
    let isDone = state.withLock { state in
      guard let job = state.jobs[id], job.epoch == epoch, job.state == .running else {
        return false
      }
      state.jobs[id]?.successCode = code
      return true
    }
    guard isDone else { throw .fenced }
  }

  private static func apply(_ event: JobEvent, to job: inout Job, at time: Timestamp) -> Bool {
    do throws(IllegalTransitionError) {
      try job.apply(event, at: time)
      return true
    } catch {
      return false
    }
  }

  package func end(_ job: Job) async throws(StoreFailure) -> [JobID] {
    let isDone = state.withLock { state in
      guard let kept = state.jobs[job.id], kept.epoch == job.epoch, !kept.hasEnded else {
        return false
      }
      state.jobs[job.id] = job
      state.predecessors.end(job.id, isSuccess: job.hasSucceeded)
      if let url = job.request.callback {
        state.outbox.enqueue(job.id, url, at: job.finishedAt ?? job.createdAt)
      } else {
        state.settle(job.id)
      }
      return true
    }
    guard isDone else { throw .fenced }
    forEachOutput(of: job, budget.markEvictable)
    return try await purgeBatch(at: job.finishedAt ?? job.createdAt)
  }

  package func predecessors(of id: JobID) async throws(StoreFailure) -> PredecessorStates {
    state.withLock { $0.predecessors.states(of: id) }
  }

  /// The job; nil for one that was never added, or is purged.
  ///
  /// - Throws: nothing; the requirement does.
  package func job(_ id: JobID) async throws(StoreFailure) -> Job? {
    state.withLock { $0.jobs[id] }
  }

  package func job(
    under key: String, of client: Principal
  ) async throws(StoreFailure) -> Job? {
    state.withLock { state in
      state.keys[Key(client: client, text: key)].flatMap { state.jobs[$0] }
    }
  }

  /// Adds them up, which costs a step for each job: they are as many as memory is lent to.
  package func keptBytes(of client: Principal) async throws(StoreFailure) -> Int {
    state.withLock { state in
      state.jobs.values.reduce(0) { sum, job in
        guard job.client == client, job.hasEnded else { return sum }
        return sum + job.output.stdout.keptBytes + job.output.stderr.keptBytes
          + job.accounting.files.reduce(0) { $0 + $1.byteCount }
      }
    }
  }

  package func submissions(
    after time: Timestamp
  ) async throws(StoreFailure) -> [JobSubmission] {
    state.withLock { state in
      var submissions: [JobSubmission] = []
      for id in state.order.reversed() {
        guard let job = state.jobs[id] else { continue }
        guard job.createdAt > time else { break }
        submissions.append(JobSubmission(client: job.client, time: job.createdAt))
      }
      return submissions.reversed()
    }
  }

  package func page(_ query: JobQuery) async throws(StoreFailure) -> [Job] {
    state.withLock { state in
      var page: [Job] = []
      var isPast = query.after == nil
      for id in state.order.reversed() where page.count < query.limit {
        if isPast, let job = state.jobs[id], query.matches(job) { page.append(job) }
        if id == query.after { isPast = true }
      }
      return page
    }
  }

  package func delete(_ id: JobID) async throws(StoreFailure) -> Bool {
    let job: Job? = state.withLock { state in
      guard let job = state.jobs[id], job.hasEnded else { return nil }
      state.jobs[id] = nil
      if !state.outbox.isPending(id) { state.endedCount -= 1 }
      state.outbox.remove(id)
      state.discardGone()
      return job
    }
    guard let job else { return false }
    forEachOutput(of: job, budget.removeEvictable)
    return true
  }

  package func purgeBatch(at time: Timestamp) async throws(StoreFailure) -> [JobID] {
    let purged: [Job] = state.withLock { state in
      var purged: [Job] = []
      var seen = 0
      while state.endedCount > endedMax, seen < state.ended.count {
        seen += 1
        guard let job = state.jobs.removeValue(forKey: state.ended[seen - 1]) else { continue }
        state.endedCount -= 1
        state.outbox.remove(job.id)
        purged.append(job)
      }
      state.ended.removeFirst(seen)
      state.discardGone()
      return purged
    }
    for job in purged { forEachOutput(of: job, budget.removeEvictable) }
    return purged.map(\.id)
  }

  private func forEachOutput(of job: Job, _ body: (CapturedOutput) -> Void) {
    guard case .captured(let stdout, let stderr) = job.output else { return }
    body(stdout)
    body(stderr)
  }
}
