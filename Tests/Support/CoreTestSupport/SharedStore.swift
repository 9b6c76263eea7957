package import RunnerCore
import Synchronization

/// What several machines share, as a database server would: each has a door of its own to it, and
/// owns the jobs that it brought for as long as it renews its lease.
package final class SharedStore: Sendable {
  fileprivate struct State {
    var owners: [JobID: Int] = [:]
    /// In order of arrival.
    var order: [JobID] = []
    var renewed: [Int: Timestamp] = [:]
    var fenced: Set<Int> = []
    var wishes: Set<JobID> = []
    var hints: [AsyncStream<Void>.Continuation] = []
  }

  package static let leaseSeconds = 30.0
  fileprivate let memory = MemoryStore(endedMax: 1000, budget: OutputBudget(bytesMax: 1 << 20))
  fileprivate let state = Mutex(State())

  package init() {}

  package func node(_ machine: Int) -> Node { Node(shared: self, machine: machine) }

  package struct Node: JobStore {
    fileprivate let shared: SharedStore
    fileprivate let machine: Int

    package var lease: Duration? { .seconds(SharedStore.leaseSeconds) }

    package var changes: AsyncStream<Void> {
      AsyncStream { hints in shared.state.withLock { $0.hints.append(hints) } }
    }

    private func owns(_ id: JobID) -> Bool {
      shared.state.withLock { $0.owners[id] == machine && !$0.fenced.contains(machine) }
    }

    package func renewLease(at time: Timestamp) async throws(StoreFailure) -> LeaseUpdate {
      let (isFenced, silent, wishes) = shared.state.withLock { state in
        let isFenced = state.fenced.remove(machine) != nil
        state.renewed[machine] = time
        let silent = state.renewed.filter {
          time.microseconds - $0.value.microseconds > Int64(SharedStore.leaseSeconds * 1e6)
        }.map(\.key)
        state.fenced.formUnion(silent)
        for machine in silent { state.renewed[machine] = nil }
        let wishes = state.wishes.filter { state.owners[$0] == machine }
        state.wishes.subtract(wishes)
        return (isFenced, silent, wishes)
      }
      guard !isFenced else { throw .fenced }
      var update = LeaseUpdate()
      update.cancelled = Array(wishes)
      let theirs = shared.state.withLock { state in
        let theirs = state.order.filter { silent.contains(state.owners[$0] ?? machine) }
        for id in theirs { state.owners[id] = machine }
        return theirs
      }
      for id in theirs {
        guard let job = try await shared.memory.job(id), !job.hasEnded else { continue }
        if job.state == .running {
          // The take-over is a claim of its own, so that its former owner is fenced.
          try await shared.memory.requeue(id, epoch: job.epoch)
          _ = try await shared.memory.claim(id, at: time)
        }
        update.adopted += [try await shared.memory.job(id)].compactMap(\.self)
      }
      return update
    }

    package func requestCancel(_ id: JobID) async throws(StoreFailure) -> Bool {
      let hints = shared.state.withLock { state in
        state.wishes.insert(id)
        return state.hints
      }
      for hint in hints { hint.yield() }
      return true
    }

    package func add(
      _ job: Job, key: String?, _ promised: PromisedCallbacks
    ) async throws(StoreFailure) -> StoreAddResult {
      shared.state.withLock { state in
        state.owners[job.id] = machine
        state.order.append(job.id)
      }
      return try await shared.memory.add(job, key: key, promised)
    }

    package func release(_ id: JobID) async throws(StoreFailure) {
      try await shared.memory.release(id)
    }

    package func hold(_ id: JobID, until time: Timestamp) async throws(StoreFailure) {
      try await shared.memory.hold(id, until: time)
    }

    package func setRank(_ rank: Timestamp, of id: JobID) async throws(StoreFailure) {
      try await shared.memory.setRank(rank, of: id)
    }

    package func claim(_ id: JobID, at time: Timestamp) async throws(StoreFailure) -> UInt64? {
      owns(id) ? try await shared.memory.claim(id, at: time) : nil
    }

    package func requeue(_ id: JobID, epoch: UInt64) async throws(StoreFailure) {
      guard owns(id) else { throw .fenced }
      try await shared.memory.requeue(id, epoch: epoch)
    }

    package func retry(_ job: Job) async throws(StoreFailure) {
      guard owns(job.id) else { throw .fenced }
      try await shared.memory.retry(job)
    }

    package func recordSuccess(
      of id: JobID, epoch: UInt64, code: UInt8
    ) async throws(StoreFailure) {
      guard owns(id) else { throw .fenced }
      try await shared.memory.recordSuccess(of: id, epoch: epoch, code: code)
    }

    package func end(_ job: Job) async throws(StoreFailure) -> [JobID] {
      // The epoch alone must do for what runs; what only waited has no newer one.
      guard job.epoch > 0 || owns(job.id) else { throw .fenced }
      return try await shared.memory.end(job)
    }

    package func isPaused() async throws(StoreFailure) -> Bool {
      try await shared.memory.isPaused()
    }
    package func setPaused(_ isPaused: Bool) async throws(StoreFailure) {
      try await shared.memory.setPaused(isPaused)
    }
    package func unfinishedJobs(after cursor: Int64?) async throws(StoreFailure) -> UnfinishedJobs {
      UnfinishedJobs(jobs: [])
    }
    package func predecessors(of id: JobID) async throws(StoreFailure) -> PredecessorStates {
      try await shared.memory.predecessors(of: id)
    }
    package func job(_ id: JobID) async throws(StoreFailure) -> Job? {
      try await shared.memory.job(id)
    }
    package func job(under key: String, of client: Principal) async throws(StoreFailure) -> Job? {
      try await shared.memory.job(under: key, of: client)
    }
    package func keptBytes(of client: Principal) async throws(StoreFailure) -> Int {
      try await shared.memory.keptBytes(of: client)
    }
    package func submissions(
      after time: Timestamp
    ) async throws(StoreFailure) -> [JobSubmission] {
      try await shared.memory.submissions(after: time)
    }
    package func page(_ query: JobQuery) async throws(StoreFailure) -> [Job] {
      try await shared.memory.page(query)
    }
    package func delete(_ id: JobID) async throws(StoreFailure) -> Bool {
      try await shared.memory.delete(id)
    }
    package func purgeBatch(at time: Timestamp) async throws(StoreFailure) -> [JobID] { [] }
  }
}

extension SharedStore.Node {
  package func nextBatch(_ query: DeliveryBatchQuery) async throws(StoreFailure) -> DeliveryBatch {
    try await shared.memory.nextBatch(query)
  }
  package func record(
    _ attempt: CallbackAttempt, of callback: PendingDelivery, then state: CallbackState
  ) async throws(StoreFailure) {
    try await shared.memory.record(attempt, of: callback, then: state)
  }
  package func expireCallbacks(
    pendingBefore since: Timestamp, latest: Timestamp, at now: Timestamp
  ) async throws(StoreFailure) -> Int {
    try await shared.memory.expireCallbacks(pendingBefore: since, latest: latest, at: now)
  }
  package func callbackReport(of id: JobID) async throws(StoreFailure) -> CallbackReport? {
    try await shared.memory.callbackReport(of: id)
  }
  package func redeliver(_ id: JobID, at now: Timestamp) async throws(StoreFailure) -> Redelivery {
    try await shared.memory.redeliver(id, at: now)
  }
}
