/// A store that several processes share: the lease of this one, and what the others do.
extension JobEngine {
  /// Microseconds between two looks at what others did, at most.
  static let lookTime: Int64 = 1_000_000
  /// Longest time between two reviews of what jobs wait for that are to follow others, in looks.
  private static let reviewLooks = 10

  /// Starts the renewal of the lease, where there is one, for the life of the process.
  func startRenewal() {
    guard let lease = ports.store.lease, sharing?.isRenewalStarted == false else { return }
    sharing?.isRenewalStarted = true
    Task {
      while sharing?.hasLeft == false {
        await renewLease()
        await ports.clock.sleep(for: .microseconds(lease.interval))
      }
    }
  }

  /// Starts the looks at what others did. Called once.
  func startLooking() {
    guard sharing != nil, let lease = ports.store.lease else { return }
    let store = ports.store
    Task {
      var looks = 0
      var next = ports.clock.uptime()
      while sharing?.hasLeft == false {
        // The lease is looked at whether the store answers or not.
        Task { await checkLease() }
        if ports.clock.uptime() >= next {
          next = ports.clock.uptime() + min(Self.lookTime, lease.interval)
          let reviews = looks.isMultiple(of: deferred.count > 100 ? Self.reviewLooks : 1)
          Task { await look(reviews: reviews) }
          looks += 1
        }
        await ports.clock.sleep(for: .microseconds(min(Self.lookTime, lease.margin / 4)))
      }
    }
    Task { for await _ in store.changes { await look(reviews: true) } }
  }

  /// Calls `action` when the process has lost its lease, and its jobs: it is to end.
  package func onLeaseLost(_ action: @escaping @Sendable () -> Void) { leaseLost = action }

  /// Gives the lease up, so that others adopt what is left at once. Called after `shutDown`, once
  /// nothing is written any more.
  package func leave() async {
    guard sharing?.hasLeft == false else { return }
    sharing?.hasLeft = true
    await ports.store.leave()
  }

  // MARK: The lease

  private func renewLease() async {
    guard sharing?.isRenewing == false else { return }
    sharing?.isRenewing = true
    defer { sharing?.isRenewing = false }
    var (isMore, isFenced) = (true, false)
    while isMore, sharing?.hasLeft == false {
      let sent = ports.clock.uptime()
      do throws(StoreFailure) {
        let adopts = !isShuttingDown && !isDraining
        let update = try await ports.store.renewLease(
          adopting: adopts ? entries.currentRows.map { entries[$0].name } : nil)
        sharing?.lease.renew(sentAt: sent)
        if update.isAdoptionUnknown { sharing?.hasLostAdoption = true }
        if update.hasNewEra { await verifyRuns() }
        isMore = !update.adopted.isEmpty
        await takeOver(update.adopted)
        if sharing?.hasLostAdoption == true { await findAdopted() }
      } catch .fenced {
        // Once more: a store may let the process begin anew.
        isMore = !isFenced
        isFenced = true
        handleLeaseLost()
      } catch {
        isMore = false
        ports.log.log(
          .error, "lease.renewal_failed",
          "the lease could not be renewed, and is tried again: the store \(error)",
          ["error": "\(error)"])
      }
    }
    await checkLease()
  }

  private func takeOver(_ jobs: [Job]) async {
    guard !jobs.isEmpty else { return }
    var recovery = Recovery()
    sharing?.isAdopting = true
    await adopt(jobs, &recovery)
    sharing?.isAdopting = false
    startQueued()
    ports.log.log(
      .warning, "jobs.taken_over",
      "jobs of a process that is gone are taken over: \(recovery.queued) wait, "
        + "\(recovery.restarted) run again, \(recovery.interrupted) were interrupted",
      [
        "queued": .integer(recovery.queued), "restarted": .integer(recovery.restarted),
        "interrupted": .integer(recovery.interrupted),
      ])
  }

  /// Takes over what was adopted by a transaction whose commit was not confirmed. A query for jobs
  /// of others is over by then, whose jobs would look the same.
  private func findAdopted() async {
    guard sharing?.isPulling == false else { return }
    do throws(StoreFailure) {
      var cursor: Int64?
      repeat {
        let batch = try await ports.store.unfinishedJobs(after: cursor)
        cursor = batch.cursor
        await takeOver(batch.jobs.filter { table.job($0.id) == nil && !inProgress.contains($0.id) })
      } while cursor != nil
      sharing?.hasLostAdoption = false
    } catch {
      // The next renewal tries it again.
    }
  }

  /// After a failover that lost commits, a run may have no claim any more: another process may run
  /// its job, so it is ended.
  private func verifyRuns() async {
    let runs = table.live.filter { $0.job.state == .running && $0.reservation == nil }
    do throws(StoreFailure) {
      let stages = try await ports.store.stages(of: runs.map(\.job.id))
      for run in runs {
        let stage = stages[run.job.id]
        guard stage?.status != .finished,
          stage != StageStatus(status: .running, epoch: run.job.epoch),
          table.job(run.job.id)?.launchID == run.launchID
        else { continue }
        ports.log.log(
          .error, "job.claim_lost",
          "job \(run.job.id): the database has lost its claim, and it is ended here",
          ["job": "\(run.job.id)"])
        ports.launcher.terminate(run.launchID)
      }
    } catch {
      // The ends of such runs are refused.
    }
  }

  /// Freezes, thaws and ends runs, as the lease asks for: those that another process would start
  /// again where it takes them over.
  private func checkLease() async {
    guard let sharing else { return }
    switch sharing.lease.duty(at: ports.clock.uptime()) {
    case .run:
      for (launchID, id) in sharing.frozen {
        self.sharing?.frozen[launchID] = nil
        guard table.job(id)?.launchID == launchID, table.job(id)?.isFrozen == false else {
          continue
        }
        _ = await ports.launcher.setFrozen(launchID, false)
      }
      startQueued()
    case .freeze, .kill:
      for live in table.live
      where live.job.state == .running && live.reservation == nil
        && entries[live.entry].isRestartable
      {
        let launchID = live.launchID
        guard self.sharing?.frozen[launchID] == nil,
          self.sharing?.killed.contains(launchID) == false
        else { continue }
        self.sharing?.frozen[launchID] = live.job.id
        guard let refusal = await ports.launcher.setFrozen(launchID, true) else { continue }
        self.sharing?.frozen[launchID] = nil
        self.sharing?.killed.insert(launchID)
        ports.log.log(
          .error, "job.lease_over",
          "job \(live.job.id): the lease may be over, and it is ended, as it cannot be frozen: "
            + refusal, ["job": "\(live.job.id)"])
        ports.launcher.terminate(launchID)
      }
    case .fenced: break
    }
  }

  /// The lease expired and other processes own the jobs: those that still run here are terminated.
  func handleLeaseLost() {
    guard let sharing, !sharing.hasLeft else { return }
    ports.log.log(
      .error, "lease.lost", "this process was silent for too long: its jobs are others' now")
    for live in table.live {
      if let reservation = live.reservation {
        removeFromQueue(live.job.id, reservation)
        handOver(live.job.id)
      } else if live.job.heldUntil != nil {
        held.remove(live.job.id, of: live.job.client)
        handOver(live.job.id)
      } else {
        ports.launcher.terminate(live.launchID)
      }
    }
    leaseLost?()
  }

  // MARK: What others did

  private func look(reviews: Bool) async {
    guard sharing?.isLooking == false, sharing?.hasLeft == false else { return }
    sharing?.isLooking = true
    defer { sharing?.isLooking = false }
    let generation = pausesInFlight == 0 ? pauseGeneration : -1
    do throws(StoreFailure) {
      let update = try await ports.store.updates(in: openLanes())
      for id in update.departed { depart(id) }
      for id in update.cancelled where table.job(id)?.isCancelled == false {
        _ = try await cancel(id)
      }
      sharing?.othersWait = update.hasWaiting
      if generation == pauseGeneration { usePause(update.isPaused) }
      if reviews { await reviewPredecessors() }
      startQueued()
    } catch .fenced {
      handleLeaseLost()
    } catch {
      // The renewal tells of a store that is away.
    }
  }

  /// A queued job was claimed or ended by another process.
  private func depart(_ id: JobID) {
    guard let live = table.job(id), !inProgress.contains(id), !live.job.hasEnded,
      live.job.state == .queued
    else { return }
    if let reservation = live.reservation {
      removeFromQueue(id, reservation)
    } else {
      held.remove(id, of: live.job.client)
    }
    handOver(id)
    Task { await discardUploads(of: live) }
  }

  /// Removes a job that another process has; those that wait for it here hear of it by the store.
  func handOver(_ id: JobID) {
    deadlines.remove(id)
    let live = table.job(id)
    let ends = table.handOver(id)
    guard let elsewhere else {
      for end in ends { end.action() }
      return
    }
    for end in ends { elsewhere.watch.observeEnd(end.observer, end.action) }
    // The request came before this process heard that it has the job no more.
    if live?.isCancelled == true { Task { await passCancel(id) } }
  }

  private func passCancel(_ id: JobID) async {
    while !isShuttingDown {
      do throws(StoreFailure) {
        _ = try await cancelElsewhere(id)
        return
      } catch {
        await ports.clock.sleep(for: Self.storeRetryDelay)
      }
    }
  }

  /// Cancels a job that this process does not have: one that waits is ended in the store.
  ///
  /// - Throws: `StoreFailure` where the store fails: the job goes on.
  func cancelElsewhere(_ id: JobID) async throws(StoreFailure) -> CancelResult {
    // It may start, or be put back, between the look and the act: each turn is one such change.
    while true {
      guard var job = try await ports.store.job(id) else { return .unknown }
      guard !job.hasEnded else { return .ended }
      guard job.state == .queued, sharing != nil else {
        if try await ports.store.requestCancel(id) { return .accepted }
        guard sharing != nil else { return .ended }
        continue
      }
      // What came here in between is cancelled here.
      if table.job(id) != nil { return try await cancel(id) }
      do throws(IllegalTransitionError) {
        try job.apply(.ended(.cancelled(code: nil)), at: ports.clock.now())
      } catch {
        return .ended
      }
      do throws(StoreFailure) {
        for purged in try await ports.store.end(job) { table.forget(purged) }
      } catch .fenced {
        continue
      } catch {
        throw error
      }
      settleSuccessors(of: id, hasSucceeded: false)
      if job.request.callback != nil { ports.callbacks.scheduleDelivery(job.snapshot()) }
      return .accepted
    }
  }

  /// A job that waits here as far as this process has heard, where the store knows better.
  func startedElsewhere(_ id: JobID) async -> JobSnapshot? {
    guard sharing != nil, !inProgress.contains(id) else { return nil }
    do throws(StoreFailure) {
      guard let job = try await ports.store.job(id), job.state != .queued,
        table.job(id).map({ $0.job.state == .queued && $0.reservation != nil }) ?? true
      else { return nil }
      return job.snapshot()
    } catch {
      // What this process knows is the best there is.
      return nil
    }
  }

  /// Takes over what became of jobs of other processes that jobs here are to follow.
  private func reviewPredecessors() async {
    for id in deferred.followers { await reviewPredecessors(of: id) }
  }

  // MARK: Offers

  /// The lane of a new job; nil where this process alone can start it.
  func lane(of live: LiveJob) -> String? {
    guard sharing != nil, live.job.heldUntil == nil, isImmediate(live.job.request),
      !takesFiles(live.entry)
    else { return nil }
    return entries[live.entry].name
  }

  /// Whether jobs of an entry have files, which lie in the state folder of one process.
  func takesFiles(_ row: Int) -> Bool { ports.files != nil && entries[row].files != nil }

  /// Lets others start a queued job that waits for nothing but a slot.
  func offer(_ live: LiveJob) {
    let id = live.job.id
    guard sharing != nil, live.job.lane == nil, !takesFiles(live.entry) else { return }
    let lane = entries[live.entry].name
    var offered = live
    offered.job.lane = lane
    table.put(offered)
    let place = live.job.place(from: ports.clock.now())
    Task {
      do throws(StoreFailure) {
        try await ports.store.offer(id, in: lane, at: place)
      } catch {
        // Then this process alone starts it.
      }
    }
  }
}
