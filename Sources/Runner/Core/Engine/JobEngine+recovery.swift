/// Recovery of the unfinished jobs of an earlier process.
extension JobEngine {
  /// Counts of recovered jobs by recovery action.
  package struct Recovery: Hashable, Sendable {
    /// Jobs that are still queued.
    package var queued = 0
    /// Jobs that ran when the process ended, and are queued again, as their entry allows.
    package var restarted = 0
    /// Jobs that ran when the process ended, and are marked as `interrupted`.
    package var interrupted = 0
    /// Queued jobs that the whitelist does not admit any more, and that are ended.
    package var refused = 0
    /// Jobs whose deadline passed in between, and that are ended.
    package var overdue = 0

    /// Counts that are all 0.
    package init() {}
  }

  /// Recovery action for an unfinished job.
  private enum RecoveryAction {
    case enqueue
    case restart
    case end(JobOutcome)
  }

  /// Recovers the unfinished jobs of an earlier process; called once, before the first request.
  ///
  /// Queued jobs keep their position. Running jobs end as `interrupted`, or are queued again where
  /// their entry is restartable. Jobs that the whitelist does not admit any more end with that
  /// failure. A store that cannot be written does not delay the start: writes that fail are
  /// retried.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  package func recover() async throws(StoreFailure) -> Recovery {
    sharing?.isRecovering = true
    startRenewal()
    isPaused = try await ports.store.isPaused()
    if isPaused {
      ports.log.log(
        .warning, "queue.paused",
        "the queue is paused since before this start: no job starts until POST /queue/resume")
    }
    try await recoverRates()
    var recovery = Recovery()
    var cursor: Int64?
    repeat {
      let unfinishedJobs = try await ports.store.unfinishedJobs(after: cursor)
      cursor = unfinishedJobs.cursor
      await adopt(
        unfinishedJobs.jobs.filter { isUnknown($0.id) }, &recovery, unfinishedJobs.predecessors)
    } while cursor != nil
    sharing?.isRecovering = false
    startQueued()
    // What others left is adopted at once.
    if sharing != nil { Task { await renewLease() } }
    return recovery
  }

  /// - Parameters:
  ///   - predecessors: what became of the jobs that queued ones are to follow; nil where the store
  ///     is to be asked.
  ///   - isTakeOver: whether another process accepted them, whose files and policy were others.
  func adopt(
    _ jobs: [Job], _ recovery: inout Recovery, _ predecessors: [JobID: PredecessorStates]? = nil,
    isTakeOver: Bool = false
  ) async {
    // In order: the launch id that a job gets here is its order in the queue.
    let actions = jobs.compactMap { recoveryAction(for: $0, &recovery, isTakeOver) }
    // Concurrently, so that writes share transactions (group commit).
    await withTaskGroup { group in
      for (live, action) in actions {
        switch action {
        case .enqueue:
          let states = predecessors.map { $0[live.job.id] ?? PredecessorStates() }
          enqueueUnfinished(live, states)
        case .restart: group.addTask { await self.restartUnfinished(live) }
        case .end(let outcome): group.addTask { await self.endUnfinished(live, outcome) }
        }
      }
    }
  }

  /// - Returns: nil for a job that is left where it is, in the store.
  private func recoveryAction(
    for job: Job, _ recovery: inout Recovery, _ isTakeOver: Bool
  ) -> (LiveJob, RecoveryAction)? {
    do throws(JobRefusal) {
      var live = makeLiveJob(
        job, entry: entries.row(at: try ports.whitelist.entry(for: job.request)))
      live.mayHaveFiles = true
      // Overdue, whatever its state.
      let isOverdue = job.request.deadline.map { $0 <= ports.clock.now() } ?? false
      switch job.state {
      case .running where job.successCode != nil:
        // Its end is known: only its results are not settled yet.
        return (live, .end(.lost))
      case _ where job.isCancelRequested:
        return (live, .end(.cancelled(code: nil)))
      case .running
      where !entries[live.entry].isRestartable || job.losses >= SharedQueue.lossesMax
        || (isTakeOver && takesFiles(live.entry)):
        recovery.interrupted += 1
        return (live, .end(.lost))
      case _ where isOverdue:
        recovery.overdue += 1
        return (live, .end(.overdue(code: nil)))
      case .running:
        recovery.restarted += 1
        return (live, .restart)
      case _ where isTakeOver && takesFiles(live.entry):
        recovery.refused += 1
        return (live, .end(.launchFailed(Self.filesElsewhere)))
      default:
        recovery.queued += 1
        return (live, .enqueue)
      }
    } catch {
      var live = makeLiveJob(job, entry: 0)
      live.mayHaveFiles = true
      guard job.state != .running else {
        recovery.interrupted += 1
        return (live, .end(.lost))
      }
      guard !isTakeOver else {
        ports.log.log(
          .warning, "job.left",
          "job \(job.id), of a process that is gone, is not allowed here, and waits for another: "
            + Self.failure(error).message, ["job": "\(job.id)"])
        return nil
      }
      recovery.refused += 1
      return (live, .end(.launchFailed(Self.failure(error))))
    }
  }

  private static let filesElsewhere = LaunchFailure(
    step: "files", .noEntry,
    message: "Its files are on the node that accepted it, which is gone: submit it again.")

  static func failure(_ refusal: JobRefusal) -> LaunchFailure {
    let why =
      switch refusal {
      case .field(let name, let why): "Its \(name) is not allowed any more: \(why)"
      default: "Its command is not in the whitelist any more."
      }
    return LaunchFailure(step: "whitelist", .notPermitted, message: why)
  }

  private func enqueueUnfinished(_ job: LiveJob, _ states: PredecessorStates?) {
    if job.job.heldUntil != nil { return adoptHeld(job) }
    var live = job
    if let start = live.job.request.schedule.notBefore {
      // It has waited since then.
      let waited = max(0, ports.clock.now().microseconds - start.microseconds)
      live.arrival = max(live.arrival, ports.clock.uptime() - waited)
    }
    let reservation = makeReservation(for: live)
    live.reservation = reservation
    table.put(live)
    queue.reserveUnbounded(reservation)
    trackDeadline(of: live)
    enqueue(live, states)
  }

  /// Requeues an interrupted job, and removes what it left of its results before: a file system
  /// that does not answer delays that job, and not the start.
  private func restartUnfinished(_ live: LiveJob) async {
    let files = unfinishedFiles(of: live)
    guard !files.isEmpty else { return await requeueUnfinished(live) }
    table.put(live)
    Task {
      _ = await settleUnfinished(live, files, .lost)
      // The launcher is gone, and this process ends: the next one goes on.
      guard !unsettled.contains(live.job.id) else { return }
      await requeueUnfinished(live)
      startQueued()
    }
  }

  /// Requeues an interrupted job. Where the store fails, this returns and retries in the
  /// background.
  private func requeueUnfinished(_ live: LiveJob) async {
    let id = live.job.id
    // A client may have cancelled it since.
    if table.job(id) == nil { table.put(live) }
    do throws(StoreFailure) {
      try await requeue(live)
    } catch .fenced {
      ports.log.log(
        .warning, "job.taken_over", "job \(id) was taken by another process", ["job": "\(id)"])
      handOver(id)
    } catch {
      ports.log.log(
        .error, "job.requeue_failed",
        "job \(id) is to run again, and could not be put back: the store \(error)",
        ["job": "\(id)", "error": "\(error)"])
      Task {
        await ports.clock.sleep(for: Self.storeRetryDelay)
        guard !isShuttingDown else { return }
        await requeueUnfinished(live)
        startQueued()
      }
    }
  }

  func requeue(_ live: LiveJob) async throws(StoreFailure) {
    let id = live.job.id
    try await ports.store.requeue(id, epoch: live.job.epoch)
    guard var live = table.job(id), apply(.requeued, to: &live) else { return }
    live.job.lane = nil
    enqueueUnfinished(live, PredecessorStates())
    if live.isEnding { endQueued(id) }
  }

  /// Requeues a job that was claimed, and whose program was not started before the stop of the
  /// service: the next process runs it, whether or not its entry is restartable.
  func requeueUnstarted(_ live: LiveJob) async {
    let id = live.job.id
    for tries in 1...Self.attemptsAtStop {
      do throws(StoreFailure) {
        try await requeue(live)
        ports.log.log(
          .info, "job.requeued",
          "job \(id): the service stops before it was started, and it waits for the next start",
          ["job": "\(id)"])
        // One that was cancelled meanwhile has left the queue again, and its end is being written.
        if table.job(id)?.isEnding != true { finishWork(on: id) }
        return
      } catch .fenced {
        ports.log.log(
          .warning, "job.taken_over", "job \(id) was taken by another process", ["job": "\(id)"])
        handOver(id)
        return finishWork(on: id)
      } catch {
        guard tries == Self.attemptsAtStop else {
          await ports.clock.sleep(for: Self.storeRetryDelay)
          continue
        }
        ports.log.log(
          .error, "job.requeue_failed",
          "job \(id) was not started, and could not be put back: the store \(error)",
          ["job": "\(id)", "error": "\(error)"])
      }
    }
    finishWork(on: id)
  }

  /// Returns when the end of a job can be read: it is durable, or the write is being retried.
  private func endUnfinished(_ live: LiveJob, _ outcome: JobOutcome) async {
    let id = live.job.id
    table.put(live)
    inProgress.insert(id)
    let files = unfinishedFiles(of: live)
    guard files.isEmpty else {
      // As above.
      Task {
        let (end, accounting) = await settleUnfinished(live, files, outcome)
        if unsettled.contains(id) { return finishWork(on: id) }
        await finish(id, end, accounting)
      }
      return
    }
    await withCheckedContinuation { shown in
      shownEnds[id] = shown
      Task {
        await finish(id, outcome, JobAccounting.Record())
        shownEnds.removeValue(forKey: id)?.resume()
      }
    }
  }
}
