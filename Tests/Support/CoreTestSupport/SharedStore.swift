package import RunnerCore
import Synchronization

/// What several machines share, as a database server would: each has a door of its own to it. A
/// machine is silent once another one renewed three times without hearing of it.
package final class SharedStore: Sendable {
  /// A queued job that any machine may claim.
  fileprivate struct Offer {
    var lane: String
    var place: Timestamp
  }

  fileprivate struct State {
    /// Home of a queued job, or machine that runs it; 0 for none.
    var owners: [JobID: Int] = [:]
    var offers: [JobID: Offer] = [:]
    var losses: [JobID: Int] = [:]
    /// Entries of jobs, as far as they are known.
    var entries: [JobID: String] = [:]
    var bound: Set<JobID> = []
    /// In order of arrival.
    var order: [JobID] = []
    /// Renewals of each machine that lives.
    var renewals: [Int: Int] = [:]
    /// What each machine saw of each other one, and how often.
    var sights: [Int: [Int: (renewals: Int, count: Int)]] = [:]
    /// Machines that are gone, whose jobs are to be adopted.
    var silent: Set<Int> = []
    /// Those of them that were lost.
    var lost: Set<Int> = []
    var fenced: Set<Int> = []
    /// Machines that cannot renew their leases.
    var away: Set<Int> = []
    var wishes: Set<JobID> = []
    var departed: [Int: [JobID]] = [:]
    var hints: [AsyncStream<Void>.Continuation] = []

    mutating func watch(from machine: Int) {
      for (peer, renewals) in renewals where peer != machine {
        let seen = sights[machine]?[peer]
        let count = seen?.renewals == renewals ? (seen?.count ?? 0) + 1 : 0
        sights[machine, default: [:]][peer] = (renewals, count)
        guard count >= 3 else { continue }
        silent.insert(peer)
        lost.insert(peer)
        fenced.insert(peer)
        self.renewals[peer] = nil
      }
    }

    mutating func depart(_ id: JobID, to machine: Int) {
      if let home = owners[id], home != machine { departed[home, default: []].append(id) }
    }
  }

  /// Three renewals in 30 s.
  package static let terms = LeaseTerms(
    length: 30_000_000, margin: 3_000_000, interval: 10_000_000)
  fileprivate let memory = MemoryStore(endedMax: 1000, budget: OutputBudget(bytesMax: 1 << 20))
  fileprivate let state = Mutex(State())

  package init() {}

  /// From now on, or not any more, the store cannot be reached by what a machine asks of itself.
  package func setAway(_ machine: Int, _ isAway: Bool) {
    state.withLock { state in
      if isAway { state.away.insert(machine) } else { state.away.remove(machine) }
    }
  }

  package func node(_ machine: Int) -> Node { Node(shared: self, machine: machine) }

  package struct Node: JobStore {
    fileprivate let shared: SharedStore
    fileprivate let machine: Int

    package var lease: LeaseTerms? { SharedStore.terms }

    package var changes: AsyncStream<Void> {
      AsyncStream { hints in shared.state.withLock { $0.hints.append(hints) } }
    }

    private var isFenced: Bool { shared.state.withLock { $0.fenced.contains(machine) } }

    private func owns(_ id: JobID) -> Bool {
      shared.state.withLock { $0.owners[id] == machine && !$0.fenced.contains(machine) }
    }

    package func renewLease(
      adopting entries: [String]?
    ) async throws(StoreFailure) -> LeaseUpdate {
      if shared.state.withLock({ $0.away.contains(machine) }) { throw .away("it is away") }
      let (isFenced, theirs) = shared.state.withLock { state -> (Bool, [JobID]) in
        if state.fenced.remove(machine) != nil {
          // It begins anew, with what is still its own.
          state.silent.remove(machine)
          state.lost.remove(machine)
          return (true, [])
        }
        state.renewals[machine, default: 0] += 1
        guard entries != nil else { return (false, []) }
        state.watch(from: machine)
        return (false, state.order.filter { state.silent.contains(state.owners[$0] ?? machine) })
      }
      guard !isFenced else { throw .fenced }
      var update = LeaseUpdate()
      for id in theirs {
        guard let job = try await shared.memory.job(id), !job.hasEnded else { continue }
        update.adopted += try await adopt(job, of: entries ?? []).map { [$0] } ?? []
      }
      return update
    }

    /// - Returns: the job as it is now; nil where it stays where it is.
    private func adopt(_ job: Job, of entries: [String]) async throws(StoreFailure) -> Job? {
      let (id, isRunning) = (job.id, job.state == .running)
      let isOurs = shared.state.withLock { state in
        guard let owner = state.owners[id], state.silent.contains(owner) else { return false }
        if !isRunning {
          if state.bound.contains(id) { return false }
          if let entry = state.entries[id], !entries.contains(entry) { return false }
        } else if state.lost.contains(owner) {
          state.losses[id, default: 0] += 1
        }
        state.owners[id] = machine
        return true
      }
      guard isOurs, isRunning else { return isOurs ? job : nil }
      // The take-over is a claim of its own, so that its former owner is fenced.
      try await shared.memory.requeue(id, epoch: job.epoch)
      _ = try await shared.memory.claim(id, at: job.startedAt ?? job.createdAt)
      guard var taken = try await shared.memory.job(id) else { return nil }
      taken.isCancelRequested = shared.state.withLock { $0.wishes.contains(id) }
      taken.losses = shared.state.withLock { $0.losses[id] ?? 0 }
      return taken
    }

    package func leave() async {
      shared.state.withLock { state in
        state.renewals[machine] = nil
        state.silent.insert(machine)
        state.fenced.insert(machine)
      }
    }

    package func updates(in lanes: [String]) async throws(StoreFailure) -> StoreUpdate {
      var update = StoreUpdate()
      update.isPaused = try await shared.memory.isPaused()
      let (wishes, departed) = shared.state.withLock { state in
        (
          state.wishes.filter { state.owners[$0] == machine },
          state.departed.removeValue(forKey: machine) ?? []
        )
      }
      for id in wishes where try await shared.memory.job(id)?.state == .running {
        update.cancelled.append(id)
      }
      update.departed = departed
      update.hasWaiting = try await !offered(in: lanes, except: []).isEmpty
      return update
    }

    private func offered(
      in lanes: [String], except clients: [Principal]
    ) async throws(StoreFailure) -> [Job] {
      let ids = shared.state.withLock { state in
        state.order.filter {
          state.owners[$0] != machine && lanes.contains(state.offers[$0]?.lane ?? "\0")
        }.sorted { (state.offers[$0]?.place)! < (state.offers[$1]?.place)! }
      }
      var jobs: [Job] = []
      for id in ids {
        guard var job = try await shared.memory.job(id), job.state == .queued,
          !clients.contains(job.client)
        else { continue }
        job.lane = shared.state.withLock { $0.offers[id]?.lane }
        jobs.append(job)
      }
      return jobs
    }

    package func claim(_ query: PullQuery) async throws(StoreFailure) -> [Job] {
      guard !isFenced else { throw .fenced }
      let found = try await offered(in: query.lanes, except: query.barredClients)
      let admitted = query.admit(found)
      var claimed: [Job] = []
      for job in found where admitted.contains(job.id) {
        guard try await shared.memory.claim(job.id, at: query.time) != nil else { continue }
        shared.state.withLock { state in
          state.depart(job.id, to: machine)
          state.owners[job.id] = machine
        }
        guard var taken = try await shared.memory.job(job.id) else { continue }
        taken.lane = job.lane
        claimed.append(taken)
      }
      return claimed
    }

    package func putBack(_ id: JobID, epoch: UInt64) async throws(StoreFailure) {
      guard owns(id) else { throw .fenced }
      try await shared.memory.requeue(id, epoch: epoch)
      shared.state.withLock { $0.owners[id] = 0 }
    }

    package func offer(
      _ id: JobID, in lane: String, at place: Timestamp
    ) async throws(StoreFailure) {
      guard owns(id) else { return }
      shared.state.withLock { $0.offers[id] = Offer(lane: lane, place: place) }
    }

    package func stages(of ids: [JobID]) async throws(StoreFailure) -> [JobID: StageStatus] {
      var stages: [JobID: StageStatus] = [:]
      for id in ids {
        guard let job = try await shared.memory.job(id) else { continue }
        stages[id] = StageStatus(status: job.state.status, epoch: job.epoch)
      }
      return stages
    }

    package func queueCounts() async throws(StoreFailure) -> QueueCounts? {
      var query = JobQuery()
      query.limit = 1000
      query.status = .queued
      let waiting = try await shared.memory.page(query).filter { $0.heldUntil == nil }.count
      query.status = .running
      return QueueCounts(waiting: waiting, running: try await shared.memory.page(query).count)
    }

    package func requestCancel(_ id: JobID) async throws(StoreFailure) -> Bool {
      guard try await shared.memory.job(id)?.state == .running else { return false }
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
      guard !isFenced else { throw .fenced }
      let result = try await shared.memory.add(job, key: key, promised)
      guard result == .added else { return result }
      shared.state.withLock { state in
        state.owners[job.id] = machine
        state.order.append(job.id)
        state.entries[job.id] = job.entry
        if job.isBound { state.bound.insert(job.id) }
        if let lane = job.lane {
          state.offers[job.id] = Offer(lane: lane, place: job.place(from: job.createdAt))
        }
      }
      return result
    }

    package func release(_ id: JobID) async throws(StoreFailure) {
      try await shared.memory.release(id)
    }

    package func hold(_ id: JobID, until time: Timestamp) async throws(StoreFailure) {
      try await shared.memory.hold(id, until: time)
    }

    package func setRank(_ rank: Timestamp, of id: JobID) async throws(StoreFailure) {
      try await shared.memory.setRank(rank, of: id)
      shared.state.withLock { $0.offers[id]?.place = rank }
    }

    package func claim(_ id: JobID, at time: Timestamp) async throws(StoreFailure) -> UInt64? {
      guard !isFenced else { throw .fenced }
      return owns(id) ? try await shared.memory.claim(id, at: time) : nil
    }

    package func requeue(_ id: JobID, epoch: UInt64) async throws(StoreFailure) {
      guard owns(id) else { throw .fenced }
      try await shared.memory.requeue(id, epoch: epoch)
    }

    package func retry(_ job: Job) async throws(StoreFailure) {
      guard owns(job.id) else { throw .fenced }
      try await shared.memory.retry(job)
      shared.state.withLock { $0.offers[job.id] = nil }
    }

    package func recordSuccess(
      of id: JobID, epoch: UInt64, code: UInt8
    ) async throws(StoreFailure) {
      guard owns(id) else { throw .fenced }
      try await shared.memory.recordSuccess(of: id, epoch: epoch, code: code)
    }

    package func end(_ job: Job) async throws(StoreFailure) -> [JobID] {
      // One that waits may be ended by any machine, one that runs by the machine that runs it.
      let isRunning = try await shared.memory.job(job.id)?.state == .running
      guard !isFenced, !isRunning || owns(job.id) else { throw .fenced }
      let purged = try await shared.memory.end(job)
      if !isRunning { shared.state.withLock { $0.depart(job.id, to: machine) } }
      return purged
    }

    package func isPaused() async throws(StoreFailure) -> Bool {
      try await shared.memory.isPaused()
    }
    package func setPaused(_ isPaused: Bool) async throws(StoreFailure) {
      try await shared.memory.setPaused(isPaused)
    }
    package func unfinishedJobs(after cursor: Int64?) async throws(StoreFailure) -> UnfinishedJobs {
      let own = shared.state.withLock { state in
        state.order.filter { state.owners[$0] == machine }
      }
      var jobs: [Job] = []
      for id in own {
        guard var job = try await shared.memory.job(id), !job.hasEnded else { continue }
        job.lane = shared.state.withLock { $0.offers[id]?.lane }
        jobs.append(job)
      }
      return UnfinishedJobs(jobs: jobs)
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

extension JobStore {
  /// Renews the lease of a process that serves the entries of tests, where it adopts.
  package func renewLease(adopts: Bool) async throws(StoreFailure) -> LeaseUpdate {
    try await renewLease(adopting: adopts ? ["a", "/bin/a"] : nil)
  }
}
