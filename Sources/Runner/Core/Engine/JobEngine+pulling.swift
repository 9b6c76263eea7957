import Synchronization

/// Jobs of other processes of a shared store that start here.
///
/// A process starts the jobs that it accepted by their own fair order, one claim each. Where jobs
/// of others wait in a lane of which it has a free slot, every second slot is theirs, and all slots
/// that its own jobs leave free; so no job waits for its home alone.
extension JobEngine {
  /// Starts as many queued jobs as there are free slots, in a shared store. While a query is under
  /// way none starts: it goes on from here.
  func startShared() {
    guard let now = sharing.map({ _ in ports.clock.uptime() }) else { return }
    while mayStart, sharing?.mayStart(at: now) == true {
      if sharing?.othersWait == true, sharing?.isTurnOfOthers == true, pull(1) { return }
      guard startNext() else { break }
      sharing?.isTurnOfOthers = true
    }
    scheduleWindowCheck()
    guard mayStart, sharing?.mayStart(at: now) == true, sharing?.othersWait == true else { return }
    _ = pull(min(slots.freeCount, SharedQueue.pullMax))
  }

  /// Lanes in which jobs could start here, as far as their entries go.
  func openLanes(where isFree: (Int) -> Bool = { _ in true }) -> [String] {
    let now = ports.clock.uptime()
    return entries.currentRows.filter { row in
      isFree(row) && isOpen(row) && isInWindow(row) && !takesFiles(row)
        && sharing?.isOpen(entries[row].name, at: now) == true
    }.map { entries[$0].name }
  }

  /// Claims jobs of others, without waiting for it.
  ///
  /// - Returns: false where none could start here.
  private func pull(_ countMax: Int) -> Bool {
    sharing?.isTurnOfOthers = false
    let lanes = openLanes { slots.hasFreeSlot(for: $0) }
    guard countMax > 0, !lanes.isEmpty,
      sharing?.mayPull(at: ports.clock.uptime()) == true,
      let time = sharing?.pullTime(ports.clock.now())
    else { return false }
    let refused = RefusedLanes()
    let query = PullQuery(
      lanes: lanes, barredClients: slots.principals.filter { isAtRunningQuota($0) },
      countMax: countMax, time: time,
      admit: PullAdmission(
        whitelist: ports.whitelist, quotas: ports.quotas, entries: entries, slots: slots,
        countMax: countMax, refused: refused
      ).admit)
    sharing?.isPulling = true
    // A stop waits for it.
    let work = JobID.random()
    inProgress.insert(work)
    Task {
      let jobs = await claimed(by: query)
      sharing?.isPulling = false
      sharing?.endPull(claimed: jobs.count, at: ports.clock.uptime())
      sharing?.othersWait = jobs.count == countMax
      for lane in refused.lanes { bar(lane) }
      for job in jobs { startClaimed(job) }
      finishWork(on: work)
      startQueued()
    }
    return true
  }

  private func bar(_ lane: String) {
    guard let sharing, sharing.barred[lane] == nil else { return }
    self.sharing?.barred[lane] = ports.clock.uptime() + SharedQueue.barTime
    ports.log.log(
      .info, "lane.barred",
      "a job of another node for \(lane) is not allowed here: none is taken for a minute",
      ["lane": .text(lane)])
  }

  private func claimed(by query: PullQuery) async -> [Job] {
    do throws(StoreFailure) {
      return try await ports.store.claim(query)
    } catch .fenced {
      handleLeaseLost()
    } catch .unknown(let why) {
      ports.log.log(
        .warning, "job.claim_unknown",
        "the store was lost during a claim of jobs of other nodes, and is asked for them: \(why)",
        ["error": .text(why)])
      return await unconfirmedClaims(of: query)
    } catch {
      // The next look at the store tells whether there are some still.
    }
    return []
  }

  /// What a query has claimed whose commit was not confirmed: asked for until the store answers.
  /// Nothing else starts meanwhile.
  private func unconfirmedClaims(of query: PullQuery) async -> [Job] {
    var tries = 0
    while !isShuttingDown || tries < Self.attemptsAtStop {
      await ports.clock.sleep(for: Self.storeRetryDelay)
      if isShuttingDown { tries += 1 }
      do throws(StoreFailure) {
        var found: [Job] = []
        var cursor: Int64?
        repeat {
          let batch = try await ports.store.unfinishedJobs(after: cursor)
          found += batch.jobs.filter { $0.state == .running && $0.startedAt == query.time }
          cursor = batch.cursor
        } while cursor != nil
        return found.filter { table.job($0.id) == nil }
      } catch .fenced {
        handleLeaseLost()
        return []
      } catch {
        continue
      }
    }
    // They are found as running by those who adopt them.
    return []
  }

  /// Launches a job of another process that was claimed here.
  private func startClaimed(_ job: Job) {
    if table.job(job.id) != nil {
      // Another process gave it back, and this one had not heard that it left.
      if !inProgress.contains(job.id) { depart(job.id) }
      guard table.job(job.id) == nil else { return giveBack(job) }
    }
    let row: Int
    do throws(JobRefusal) {
      row = entries.row(at: try ports.whitelist.entry(for: job.request))
    } catch {
      // A reload came in between.
      return giveBack(job)
    }
    guard !isShuttingDown, !isDraining, slots.hasFreeSlot(for: row) else { return giveBack(job) }
    let live = makeLiveJob(job, entry: row)
    inProgress.insert(job.id)
    table.put(live)
    slots.acquire(row, for: job.client)
    drain.record(ports.clock.uptime())
    guard job.request.deadline.map({ $0 > ports.clock.now() }) ?? true else {
      releaseSlot(of: live)
      Task { await finish(job.id, .overdue(code: nil), JobAccounting.Record()) }
      return
    }
    launchInTime(live)
    trackDeadline(of: live)
  }

  /// Launches a job whose claim is durable, if the lease still stands: an answer may come so late
  /// that another process has taken the job over.
  func launchInTime(_ live: LiveJob) {
    guard let sharing, sharing.lease.duty(at: ports.clock.uptime()) != .run else {
      return launch(live)
    }
    releaseSlot(of: live)
    Task { await putBackLate(live) }
  }

  /// Returns a job to the queue that has not run, or may run again, under a lease that may be over:
  /// where it is, the store says so.
  func putBackLate(_ live: LiveJob) async {
    let id = live.job.id
    while true {
      do throws(StoreFailure) {
        try await requeue(live)
        break
      } catch .fenced {
        handOver(id)
        break
      } catch {
        guard !isShuttingDown else { break }
        await ports.clock.sleep(for: Self.storeRetryDelay)
      }
    }
    // The end of one that was cancelled meanwhile is being written.
    if table.job(id)?.isEnding != true { finishWork(on: id) }
    startQueued()
  }

  /// Returns a job that was claimed and not started to the others.
  private func giveBack(_ job: Job) {
    // Its own work goes on where there is some.
    let work = inProgress.contains(job.id) ? JobID.random() : job.id
    inProgress.insert(work)
    Task {
      defer { finishWork(on: work) }
      var tries = 0
      while !isShuttingDown || tries < Self.attemptsAtStop {
        do throws(StoreFailure) {
          return try await ports.store.putBack(job.id, epoch: job.epoch)
        } catch .fenced {
          return
        } catch {
          if isShuttingDown { tries += 1 }
          await ports.clock.sleep(for: Self.storeRetryDelay)
        }
      }
    }
  }
}

/// Lanes of which policy refused a job, while the claim of others went on.
private final class RefusedLanes: Sendable {
  private let names = Mutex<Set<String>>([])

  var lanes: Set<String> { names.withLock { $0 } }
  func add(_ lane: String) { names.withLock { _ = $0.insert(lane) } }
}

/// Judges jobs of others by this process's own policy, slots and quotas, as they were when the
/// query was made: the slots that it counted stay free until then.
private struct PullAdmission: Sendable {
  let whitelist: any EntryResolver
  let quotas: any QuotaResolver
  let entries: EntryTable
  let slots: RunningSlots
  let countMax: Int
  let refused: RefusedLanes

  func admit(_ jobs: [Job]) -> Set<JobID> {
    var slots = slots
    var admitted: Set<JobID> = []
    for job in jobs where admitted.count < countMax {
      do throws(JobRefusal) {
        let row = entries.row(at: try whitelist.entry(for: job.request))
        guard entries[row].name == job.lane else {
          refused.add(job.lane ?? "")
          continue
        }
        let runningMax = quotas.quota(of: job.client)[.running]
        guard slots.hasFreeSlot(for: row),
          runningMax.map({ slots.inUse(of: job.client) < $0 }) ?? true
        else { continue }
        slots.acquire(row, for: job.client)
        admitted.insert(job.id)
      } catch {
        refused.add(job.lane ?? "")
      }
    }
    return admitted
  }
}
