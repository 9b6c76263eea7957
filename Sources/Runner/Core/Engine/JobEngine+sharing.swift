/// A store that several processes share: the lease of this one, and what the others do.
extension JobEngine {
  /// Microseconds between two looks at what others did, at most.
  static let lookTime: Int64 = 1_000_000
  /// Longest time between two reviews of what jobs wait for that are to follow others, in looks.
  private static let reviewLooks = 10
  /// Jobs of which one question of such a review asks.
  private static let reviewMax = 500

  /// Shortest time until a renewal for the lease of another process, in microseconds.
  private static let renewalMin: Int64 = 1_000_000

  /// Starts the renewal of the lease, where there is one, for the life of the process.
  func startRenewal() {
    guard let lease = ports.store.lease, sharing?.isRenewalStarted == false else { return }
    sharing?.isRenewalStarted = true
    Task {
      while sharing?.hasLeft == false {
        await renewLease()
        // Where the lease of another process may be over before, then.
        let due = sharing?.nextDue.map { max(Self.renewalMin, $0 - ports.clock.uptime()) }
        await ports.clock.sleep(for: .microseconds(min(lease.interval, due ?? lease.interval)))
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

  func renewLease() async {
    guard sharing?.isRenewing == false else { return }
    sharing?.isRenewing = true
    defer { sharing?.isRenewing = false }
    var isMore = true
    while isMore, sharing?.hasLeft == false {
      let wasFenced = sharing?.lease.isFenced == true
      let sent = ports.clock.uptime()
      do throws(StoreFailure) {
        let isRecovering = sharing?.isRecovering == true
        let adopts = !isRecovering && !isShuttingDown && !isDraining
        let update = try await ports.store.renewLease(
          adopting: adopts ? entries.currentRows.map { entries[$0].name } : nil)
        if update.isAdoptionUnknown { sharing?.hasLostAdoption = true }
        if update.hasNewEra { sharing?.mayHaveLostClaims = true }
        if sharing?.mayHaveLostClaims == true { await verifyRuns() }
        // A lease with runs that may be others' is none.
        if sharing?.mayHaveLostClaims == false { sharing?.renew(sentAt: sent) }
        sharing?.nextDue = update.nextDue
        if update.hasAdoptedCallbacks { ports.callbacks.scheduleAdopted() }
        isMore = !update.adopted.isEmpty || (isRecovering && sharing?.isRecovering == false)
        await takeOver(update.adopted)
        if sharing?.hasLostAdoption == true, adopts { await findAdopted() }
      } catch .fenced {
        // Once more: a store may let the process begin anew.
        isMore = !wasFenced
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

  private func takeOver(_ adopted: [Job]) async {
    let jobs = adopted.filter { isUnknown($0.id) }
    // One that is being given back is looked for once that is done.
    if adopted.contains(where: { table.job($0.id) == nil && inProgress.contains($0.id) }) {
      sharing?.hasLostAdoption = true
    }
    guard !jobs.isEmpty else { return }
    var recovery = Recovery()
    sharing?.adoptions += 1
    await adopt(jobs, &recovery, isTakeOver: true)
    sharing?.adoptions -= 1
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
    sharing?.adoptions += 1
    defer {
      sharing?.adoptions -= 1
      startQueued()
    }
    do throws(StoreFailure) {
      sharing?.hasLostAdoption = false
      var cursor: Int64?
      repeat {
        let batch = try await ports.store.unfinishedJobs(after: cursor)
        cursor = batch.cursor
        await takeOver(batch.jobs)
      } while cursor != nil
    } catch {
      // The next renewal tries it again.
      sharing?.hasLostAdoption = true
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
        // Of this claim or ended under it.
        guard stage?.epoch != run.job.epoch || stage?.status == .queued,
          table.job(run.job.id)?.launchID == run.launchID
        else { continue }
        ports.log.log(
          .error, "job.claim_lost",
          "job \(run.job.id): the database has lost its claim, and it is ended here",
          ["job": "\(run.job.id)"])
        ports.launcher.terminate(run.launchID)
      }
      sharing?.mayHaveLostClaims = false
    } catch {
      // The next renewal tries it again.
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
        guard let live = table.job(id), live.launchID == launchID else { continue }
        if live.isEnding { ports.launcher.terminate(launchID) }
        guard !live.isEnding, !live.isFrozen else { continue }
        _ = await ports.launcher.setFrozen(launchID, false)
      }
      startQueued()
    case .freeze, .kill:
      for live in table.live
      where live.job.state == .running && live.reservation == nil
        && entries[live.entry].isRestartable
        && self.sharing?.unkeptEnds.contains(live.job.id) == false
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
  /// Until a renewal succeeds again none starts, though its claim was answered before.
  func handleLeaseLost() {
    guard let sharing, !sharing.hasLeft, !sharing.lease.isFenced else { return }
    self.sharing?.lease.fence()
    ports.log.log(
      .error, "lease.lost", "this process was silent for too long: its jobs are others' now")
    // First: a frozen program that is told to end would go on beside its next run.
    leaseLost?()
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
      if reviews { Task { await reviewPredecessors() } }
      startQueued()
    } catch .fenced {
      handleLeaseLost()
    } catch {
      // The renewal tells of a store that is away.
    }
  }

  /// Takes over what became of jobs of other processes that jobs here are to follow.
  private func reviewPredecessors() async {
    guard sharing?.isReviewing == false else { return }
    sharing?.isReviewing = true
    defer { sharing?.isReviewing = false }
    // The ends of those that are here are heard of.
    let open = deferred.predecessors.filter { table.job($0)?.job.hasEnded != false }
    for start in stride(from: 0, to: open.count, by: Self.reviewMax) {
      let ids = open[start...].prefix(Self.reviewMax)
      do throws(StoreFailure) {
        let stages = try await ports.store.stages(of: Array(ids))
        let over = ids.filter { (stages[$0]?.status ?? .finished) == .finished }
        for successor in Set(over.flatMap { deferred.successors(of: $0) }) {
          await reviewPredecessors(of: successor)
        }
      } catch {
        // The next review asks again.
        return
      }
    }
  }

  /// Whether nothing is known here of a job that the store has for this process.
  func isUnknown(_ id: JobID) -> Bool { table.job(id) == nil && !inProgress.contains(id) }
}
