/// The job engine: accepts, queues, runs and ends jobs, announces their end and purges them.
///
/// Everything outside is behind ports, so that its tests need no kernel, disk or sleep. What it
/// decides is durable before it is visible: a job is accepted when the store has it, runs when the
/// store has its claim, and has ended when the store has its end.
package actor JobEngine {
  /// The served entries; jobs, queue and slots name them by their rows.
  var entries: EntryTable
  let limits: EngineLimits
  let budget: OutputBudget
  let ports: EnginePorts

  nonisolated let table = JobTable()
  /// When the engine was made.
  package nonisolated let started: Timestamp
  /// The commands of the entries.
  package nonisolated let commands: CommandRegistry
  var queue = JobQueue()
  /// Whether entries with windows may start jobs, and until when that holds.
  var windows = WindowTable()
  /// Queued jobs that may not start yet.
  var deferred = DeferredJobs()
  var slots: RunningSlots
  var drain = DrainRate()
  var rates = SubmissionRates()
  /// Jobs that are held for their files.
  var held = HeldJobs()
  /// Jobs with a write to the store in progress, that run, or whose end is not durable yet.
  var inProgress: Set<JobID> = []
  /// Deadlines of jobs that have not ended.
  var deadlines = DeadlineTable()
  /// Recoveries that wait until the end of a job can be read, or could not be written once.
  var shownEnds: [JobID: CheckedContinuation<Void, Never>] = [:]
  /// Ended jobs that are still in the table, oldest first.
  var cached: [JobID] = []
  /// Whether the queue is paused: no job starts until `resume`.
  package internal(set) var isPaused = false
  /// Number of pause and resume requests: of two concurrent ones the later wins.
  var pauseGeneration = 0
  /// Such requests whose answer is awaited.
  var pausesInFlight = 0
  /// Whether no job starts until the store works again.
  var isStoreFailing = false
  var isPurging = false
  /// Whether `launch` is passing an order to the launcher right now.
  var isPassingOrder = false
  private var lastLaunchID: UInt64 = 0
  private(set) var isShuttingDown = false
  /// Whether jobs that run are the last ones of this process.
  private(set) var isDraining = false
  /// Whether jobs that a stop interrupts may be left to the next process.
  private(set) var keepsUnfinished = true
  private var idleWaiters: [CheckedContinuation<Void, Never>] = []
  /// Jobs whose results could not be settled because the launcher was gone: the next process does
  /// that, to which they still run.
  var unsettled: Set<JobID> = []
  /// Jobs that are being moved, with the moves that are to follow.
  var moves: [JobID: [CheckedContinuation<Void, Never>]] = [:]
  /// What jobs used when they were last asked about, by their launches.
  var readings: [UInt64: (resources: JobResources?, at: Int64)] = [:]
  /// Jobs that ended within the last day.
  var dayFigures = DayStatistics()
  /// What there is to know of other processes that share the store; nil where none can.
  var sharing: SharedQueue?
  /// Called once the lease is lost; nil for nothing.
  var leaseLost: (@Sendable () -> Void)?
  /// Jobs of theirs that are followed or waited for here; nil where there can be none.
  let elsewhere: JobFeed.ElsewhereSource?
  /// Launches whose entry was retired by a reload that has not come here yet.
  var reloadWaiters: [CheckedContinuation<Void, Never>] = []

  /// - Parameters:
  ///   - entries: in the launcher's order.
  ///   - budget: the memory that all captured output together may take.
  package init(
    entries: [EngineEntry], limits: EngineLimits, budget: OutputBudget, ports: EnginePorts
  ) {
    self.entries = EntryTable(entries)
    self.commands = CommandRegistry(CommandTable(entries.map(\.callable)))
    self.limits = limits
    self.budget = budget
    self.ports = ports
    self.started = ports.clock.now()
    self.sharing = ports.store.lease.map { SharedQueue($0, sentAt: ports.clock.uptime()) }
    self.elsewhere = ports.store.lease.map { lease in
      JobFeed.ElsewhereSource(
        watch: ElsewhereWatch(
          ports.store, ports.clock, interval: .microseconds(min(Self.lookTime, lease.interval))),
        store: ports.store)
    }
    self.slots = RunningSlots(slotsMax: limits.runningMax)
    for (row, entry) in entries.enumerated() { slots.setLimit(entry.runningMax, of: row) }
    for (row, entry) in entries.enumerated() {
      slots.setPool(entry.pool?.name, slots: entry.pool?.slots, of: row)
    }
  }

  /// Accepts one run, and starts it at once if a slot is free.
  ///
  /// - Parameters:
  ///   - client: the submitting client, the unit of fair scheduling.
  ///   - key: the idempotency key of the client: the same request under the same key is the same
  ///     job.
  ///   - requestID: identifies the request in logs and in the job.
  ///   - isHeld: whether it is held for its files, until `start`.
  ///   - isFilled: whether its files come with its request: it is held until `start`, or until
  ///     `withdraw`, which the next process does where this one ends before.
  ///   - mayRun: whether the client may run the entry of that name.
  ///   - maySee: whether the client may see, and so follow, jobs of that principal.
  /// - Returns: the job, durable.
  /// - Throws: `JobRefusal` when it is not accepted; nothing is stored then.
  package func submit(
    _ request: JobRequest, from client: Principal = .unidentified, key: String? = nil,
    requestID: RequestID? = nil, isHeld: Bool = false, isFilled: Bool = false,
    mayRun: (String) -> Bool = { _ in true },
    maySee: (Principal) -> Bool = { _ in true }
  ) async throws(JobRefusal) -> JobSnapshot {
    guard !isShuttingDown, !isDraining else { throw .shuttingDown }
    let entry = entries.row(at: try ports.whitelist.entry(for: request))
    guard mayRun(entries[entry].name) else { throw .notWhitelisted }
    try requireOpen(entry)
    if let url = request.callback, let problem = ports.callbacks.problem(with: url) {
      throw .field("callback", problem)
    }
    let now = ports.clock.now()
    try validateDeadline(of: request, at: now)
    try validateSchedule(of: request, at: now)
    try validateStall(of: request, entry: entry)
    var live = makeLiveJob(
      Job(
        request: request, client: client, requestID: requestID, createdAt: now,
        enforcementJSON: entries[entry].enforcementJSON),
      entry: entry)
    live.job.heldUntil = Self.heldUntil(from: now, isHeld: isHeld, isFilled: isFilled)
    live.mayHaveFiles = live.job.heldUntil != nil
    do throws(JobRefusal) {
      try await requirePredecessors(of: request, maySee)
      try await reserve(for: &live)
    } catch {
      // What came under the key before needs no room: the answer to it may have been lost.
      if let key, let first = try await firstJob(under: key, as: live.job) { return first }
      measureRefusal(error)
      throw error
    }
    inProgress.insert(live.job.id)
    if isFilled { held.addFilled(live.job.id) }
    let addition: StoreAddResult
    do throws(StoreFailure) {
      addition = try await ports.store.add(
        live.job, key: key, table.promisedCallbacks(besides: request.callback))
    } catch {
      settleAddition(of: live, after: error)
      throw .notStored(error)
    }
    switch addition {
    case .added:
      return accept(live)
    case .known(let id):
      discard(live)
      return try await firstJob(id)
    case .keyTaken:
      discard(live)
      throw .keyTaken
    case .outboxFull:
      discard(live)
      throw .outboxFull
    case .unknownPredecessor(let id):
      discard(live)
      throw Self.unknownPredecessor(id)
    }
  }

  /// Queues or launches a job that is durable now.
  @discardableResult
  func accept(_ live: LiveJob) -> JobSnapshot {
    let id = live.job.id
    table.put(live)
    if live.job.heldUntil != nil { return acceptHeld(live) }
    let snapshot = live.snapshot()
    if live.reservation != nil {
      enqueue(live)
      // Where the store is kept, the next process starts what was accepted during a stop.
      if isShuttingDown, !keepsUnfinished { endQueued(id) } else { finishWork(on: id) }
      startQueued()
    } else {
      launchInTime(live)
    }
    trackDeadline(of: live)
    return addWaits(to: [snapshot], hasPlace: false)[0]
  }

  /// Discards a job that was not stored.
  func discard(_ live: LiveJob) {
    if let reservation = live.reservation {
      queue.release(reservation)
    } else if live.job.heldUntil == nil {
      releaseSlot(of: live)
    }
    held.remove(live.job.id, of: live.job.client)
    rates.giveBack(live.job.client)
    finishWork(on: live.job.id)
    startQueued()
  }

  /// The job that came first under an idempotency key.
  func firstJob(_ id: JobID) async throws(JobRefusal) -> JobSnapshot {
    do throws(StoreFailure) {
      // It may have been purged in between; then the key is free again.
      guard let job = try await find(id) else {
        throw .unusable("The first job of this key was forgotten just now; ask again.")
      }
      return job
    } catch {
      throw .notStored(error)
    }
  }

  /// The job called `id`, where it lives or ended lately; else nil. Costs no wait.
  package nonisolated func job(_ id: JobID) -> JobSnapshot? {
    table.job(id)?.snapshot()
  }

  /// The job called `id`, or nil if there never was one or it was purged.
  ///
  /// - Throws: `StoreFailure` when the job is not in memory and the store cannot be read.
  package nonisolated func find(_ id: JobID) async throws(StoreFailure) -> JobSnapshot? {
    if let job = job(id) {
      guard job.state == .queued else { return job }
      if elsewhere != nil, let moved = await startedElsewhere(id) { return moved }
      return await addWaits(to: [job])[0]
    }
    return try await ports.store.job(id)?.snapshot()
  }

  /// Calls `action` once when job `id` has ended, on the engine's own thread: it must not block.
  ///
  /// - Returns: the observer to pass to `stopObserving`; nil when the job has ended or is unknown,
  ///   and `action` is not called. In a shared store it may be called at once instead.
  package nonisolated func observeEnd(
    of id: JobID, _ action: @escaping @Sendable () -> Void
  ) -> JobObserver? {
    if let observer = table.observeEnd(of: id, action) { return observer }
    // One that is in the table has ended.
    guard let elsewhere, table.job(id) == nil else { return nil }
    let observer = table.newObserver(of: id)
    elsewhere.watch.observeEnd(observer, action)
    return observer
  }

  /// `action` of this observer is not called any more, unless it is being called right now.
  package nonisolated func stopObserving(_ observer: JobObserver) {
    table.stopObserving(observer)
    elsewhere?.watch.remove(observer)
  }

  /// Subscription to job `id`; nil if there never was one or it was purged.
  ///
  /// - Parameter wake: called from any thread when state or output have changed; it must not block.
  /// - Throws: `StoreFailure` when the job is not in memory and the store cannot be read.
  package nonisolated func feed(
    of id: JobID, wake: @escaping @Sendable () -> Void
  ) async throws(StoreFailure) -> JobFeed? {
    if let feed = JobFeed.live(id, in: table, elsewhere, wake: wake) { return feed }
    guard let job = try await ports.store.job(id) else { return nil }
    // It may have come here in between.
    if !job.hasEnded, let feed = JobFeed.live(id, in: table, elsewhere, wake: wake) { return feed }
    return JobFeed.stored(job, in: table, elsewhere, wake: wake)
  }

  /// Accepts no more jobs and starts none of the queued ones, from now on; running jobs go on.
  package func beginDrain() {
    guard !isDraining else { return }
    isDraining = true
    ports.log.log(
      .info, "queue.draining",
      "no more jobs are taken, and none starts: \(slots.inUse) run, \(queue.count) wait",
      ["running": .integer(slots.inUse), "waiting": .integer(queue.count)])
  }

  /// Returns when no job runs and each end is durable. Called after `beginDrain`.
  package func waitUntilDrained() async {
    guard !inProgress.isEmpty else { return }
    await withCheckedContinuation { idleWaiters.append($0) }
  }

  /// Accepts no more jobs, terminates those that run, and returns when their ends are durable.
  ///
  /// - Parameter keepsWaiting: whether queued jobs stay in the store for the next process; else
  ///   they are cancelled.
  package func shutDown(keepsWaiting: Bool = false) async {
    isShuttingDown = true
    keepsUnfinished = keepsWaiting
    for live in table.live {
      if live.job.heldUntil != nil {
        if !keepsWaiting { endHeld(live.job.id) }
      } else if live.reservation == nil {
        ports.launcher.terminate(live.launchID)
      } else if !keepsWaiting {
        endQueued(live.job.id)
      }
    }
    resumeReloadWaiters()
    guard !inProgress.isEmpty else { return }
    await withCheckedContinuation { idleWaiters.append($0) }
  }

  /// Marks the work on a job as done; a shutdown waits for it.
  func finishWork(on id: JobID) {
    inProgress.remove(id)
    guard inProgress.isEmpty, isShuttingDown || isDraining else { return }
    for waiter in idleWaiters { waiter.resume() }
    idleWaiters = []
  }

  /// A live job with a launch id that the launcher has not seen before.
  func makeLiveJob(_ job: Job, entry: Int) -> LiveJob {
    // After a backward step of the wall clock the arrival must not lie in the future.
    let waited = max(0, ports.clock.now().microseconds - job.createdAt.microseconds)
    return LiveJob(
      job: job, launchID: nextLaunchID(), entry: entry, arrival: ports.clock.uptime() - waited)
  }

  /// A launch id that the launcher has not seen before.
  func nextLaunchID() -> UInt64 {
    lastLaunchID += 1
    return lastLaunchID
  }

  func makeReservation(for live: LiveJob) -> QueueReservation {
    let reservation = QueueReservation(
      live.job.request, entry: live.entry, client: live.job.client,
      arrival: live.arrival, sequence: live.launchID)
    guard let ranked = live.job.rankedAt else { return reservation }
    let ago = ports.clock.now().microseconds - ranked.microseconds
    return reservation.ranked(ports.clock.uptime() - ago)
  }

  /// Applies an event to a job.
  ///
  /// - Parameter time: the time that the store has; nil for now.
  /// - Returns: false for an illegal transition, which is logged and changes nothing.
  @discardableResult
  func apply(_ event: JobEvent, to live: inout LiveJob, at time: Timestamp? = nil) -> Bool {
    do throws(IllegalTransitionError) {
      try live.job.apply(event, at: time ?? ports.clock.now())
      return true
    } catch {
      let id = live.job.id
      ports.log.log(
        .error, "job.transition_refused",
        "job \(id): \(error.event) cannot follow \(error.from); ignored",
        ["job": "\(id)", "event": "\(error.event)", "state": "\(error.from)"])
      return false
    }
  }
}
