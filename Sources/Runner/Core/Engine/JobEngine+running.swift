import SharedBounds

/// The run of a job: from the queue to the launcher, and from there to its end.
extension JobEngine {
  /// Ended jobs that stay in the table, for clients that ask right after the end.
  private static let cachedMax = 128
  /// Delay before the next try after a store failure.
  static let storeRetryDelay: Duration = .seconds(1)
  /// Tries to persist the end of a job, or its return to the queue, once the service stops.
  static let attemptsAtStop = 3

  /// Starts as many queued jobs as there are free slots.
  func startQueued() {
    guard sharing == nil else { return startShared() }
    while mayStart, startNext() {}
    scheduleWindowCheck()
  }

  /// Whether queued jobs may start, as far as there is a slot.
  var mayStart: Bool { !isPaused && !isStoreFailing && !isShuttingDown && !isDraining }

  /// Starts the next of the queued jobs.
  ///
  /// - Returns: false where none may start.
  func startNext() -> Bool {
    while slots.hasFreeSlot,
      let id = queue.popFirst(
        where: { slots.hasFreeSlot(for: $0) && isOpen($0) && isInWindow($0) },
        holding: isAtRunningQuota)
    {
      guard var live = table.job(id), live.job.state == .queued, live.reservation != nil else {
        continue
      }
      live.reservation = nil
      table.put(live)
      slots.acquire(live.entry, for: live.job.client)
      inProgress.insert(id)
      drain.record(ports.clock.uptime())
      Task { [live] in await claimAndLaunch(live) }
      return true
    }
    return false
  }

  /// Claims a job and launches it. A job runs only when its claim is durable: a crash must not run
  /// it twice.
  ///
  /// - Parameter isRepeated: whether an earlier claim may stand: then it is asked for until the
  ///   store has answered, and an end or a cancellation waits for that.
  private func claimAndLaunch(_ live: LiveJob, isRepeated: Bool = false) async {
    let id = live.job.id
    do throws(StoreFailure) {
      let now = ports.clock.now()
      let epoch = try await ports.store.claim(id, at: now)
      guard let epoch, var live = table.job(id), apply(.started(epoch: epoch), to: &live, at: now)
      else {
        dropClaimed(live)
        return
      }
      table.put(live)
      launchInTime(live)
    } catch {
      if isRepeated, error != .fenced {
        // Claimed or not, the next process finds what the store has.
        if isShuttingDown { return finishWork(on: id) }
        return await repeatClaim(of: live)
      }
      if case .unknown(let why) = error {
        ports.log.log(
          .warning, "job.claim_unknown",
          "job \(id): the store was lost during its claim, which is repeated: \(why)",
          ["job": "\(id)", "error": .text(why)])
        return await repeatClaim(of: live)
      }
      ports.log.log(
        .error, "job.start_failed", "job \(id) could not be started, and waits: the store \(error)",
        ["job": "\(id)", "error": "\(error)"])
      returnToQueue(live)
    }
  }

  /// Claims a job again whose claim may stand already: back in the queue it could be ended under an
  /// epoch that is not that of the store.
  private func repeatClaim(of live: LiveJob) async {
    await ports.clock.sleep(for: Self.storeRetryDelay)
    // Also at a stop, once: a claim that stands is given back then.
    await claimAndLaunch(live, isRepeated: true)
  }

  /// Another process owns the job.
  private func dropClaimed(_ live: LiveJob) {
    if sharing == nil {
      ports.log.log(
        .warning, "job.taken_over", "job \(live.job.id) was taken by another process",
        ["job": "\(live.job.id)"])
    }
    releaseSlot(of: live)
    // What runs here under another launch is no other's.
    if table.job(live.job.id).map({ $0.job.state == .queued && $0.launchID == live.launchID })
      ?? true
    {
      handOver(live.job.id)
      finishWork(on: live.job.id)
    }
    startQueued()
  }

  /// Returns a job to the queue after a store failure, and starts none until the store is retried.
  private func returnToQueue(_ live: LiveJob) {
    releaseSlot(of: live)
    var waiting = table.job(live.job.id) ?? live
    let reservation = makeReservation(for: waiting)
    waiting.reservation = reservation
    table.put(waiting)
    queue.reserveUnbounded(reservation)
    queue.append(live.job.id, reservation)
    if waiting.isEnding { endQueued(live.job.id) }
    finishWork(on: live.job.id)
    guard !isStoreFailing else { return }
    isStoreFailing = true
    Task {
      await ports.clock.sleep(for: Self.storeRetryDelay)
      isStoreFailing = false
      startQueued()
    }
  }

  /// Passes a claimed job to the launcher.
  func launch(_ claimed: LiveJob) {
    var live = claimed
    let accounting = JobAccounting()
    let (stdout, stderr) = (output(.stdout, of: live), output(.stderr, of: live))
    live.job.output = .captured(stdout: stdout, stderr: stderr)
    live.job.progress = progressMonitor(of: live)
    live.mayHaveFiles = live.mayHaveFiles || takesFiles(live)
    table.put(live)
    let output = OutputCapture(stdout: stdout, stderr: stderr)
    let waited = Double(ports.clock.uptime() - live.arrival) / 1_000_000
    ports.metrics.observe(max(0, waited), in: .queueWait, [])
    // Up to its first suspension on this thread: the launcher has the order before the log has the
    // line, and no other thread is woken for it.
    isPassingOrder = true
    Task.immediate { [live] in
      let result = await runToResults(live, output, accounting)
      // What fails at once ends as all do: after what its caller still does for its start.
      while isPassingOrder { await Task.yield() }
      await launchEnded(live.job.id, result, accounting.recorded)
    }
    isPassingOrder = false
    logStart(of: live)
  }

  /// Passes a job to the launcher: once more where a reload retired its entry before the program
  /// was started.
  ///
  /// - Parameters:
  ///   - observers: all that take its output.
  ///   - arguments: in place of those of the request; nil for those.
  func runUnwatched(
    _ live: LiveJob, _ observers: [any OutputObserver], _ accounting: JobAccounting,
    arguments: [[UInt8]]? = nil
  ) async -> LaunchResult {
    let request = live.job.request
    while true {
      // A stop that came before the launcher heard of this job had nothing to terminate.
      if isShuttingDown || table.job(live.job.id)?.isEnding == true { return .notStarted }
      guard let entry = entries.id(of: live.entry) else {
        return .ended(.launchFailed(Self.failure(.notWhitelisted)))
      }
      let order = LaunchOrder(
        launchID: live.launchID, entry: entry, arguments: request.arguments,
        rawArguments: arguments ?? request.rawArguments, demands: request.demands,
        wallClockSeconds: entries[live.entry].wallClockSeconds,
        secondsLeft: secondsLeft(of: live), stdin: request.stdin,
        filesOf: folderID(of: live), observers: observers,
        progress: live.job.progress, accounting: accounting)
      let result = await ports.launcher.run(order)
      guard result == .retired else { return result }
      await waitForReload(after: entry.generation)
    }
  }

  private func output(_ stream: OutputStreamName, of live: LiveJob) -> CapturedOutput {
    let entry = entries[live.entry]
    let spill = ports.outputStorage.map { files in
      let id = live.job.id
      return OutputSpill(memoryBytesMax: files.memoryBytesMax) { files.create(id, stream) }
    }
    return CapturedOutput(
      bytesMax: entry.outputBytesMax ?? limits.outputBytesMax,
      tailBytesMax: limits.outputTailBytesMax, budget: budget, spill: spill,
      collapsesLines: entry.collapsesLines,
      clock: { [clock = ports.clock] in Self.milliseconds(clock.now()) })
  }

  private func launchEnded(_ id: JobID, _ result: LaunchResult, _ accounting: JobAccounting.Record)
    async
  {
    guard let live = table.job(id) else { return }
    releaseSlot(of: live)
    // It was ended because another process may start it: it runs again, here or there.
    if sharing?.killed.remove(live.launchID) != nil, !live.isEnding {
      return await putBackLate(live)
    }
    if result == .notStarted, isShuttingDown, keepsUnfinished, !live.isEnding {
      return await requeueUnstarted(live)
    }
    let outcome = live.outcome(from: result.outcome, isStopping: isShuttingDown)
    var accounting = accounting
    if case .stalled = outcome { accounting.limitsMet.append("stallAfter") }
    if outcome.isInterruption, keepsUnfinished, !live.isEnding,
      entries[live.entry].isRestartable || unsettled.contains(id)
    {
      // In the store it is still running, so the next process restarts it.
      ports.log.log(
        .info, "job.deferred", "job \(id): interrupted, and runs again at the next start",
        ["job": "\(id)"])
      return finishWork(on: id)
    }
    startQueued()
    if let delay = retryDelay(of: live, outcome, accounting) {
      return await retry(live, outcome, accounting, after: delay)
    }
    await finish(id, outcome, accounting)
  }

  /// Persists the end of a job, and publishes it.
  func finish(_ id: JobID, _ outcome: JobOutcome, _ accounting: JobAccounting.Record) async {
    defer { finishWork(on: id) }
    // What a slow disk has not taken yet is part of the job.
    if case .captured(let stdout, let stderr) = table.job(id)?.job.output {
      await stdout.finished()
      await stderr.finished()
    }
    guard var live = table.job(id) else { return }
    live.job.accounting = accounting
    live.job.accounting.files = await keptFiles(of: live, outcome)
    live.job.recordProgress(at: outcome)
    deadlines.remove(id)
    live.job.accounting.endedAt = nil
    guard apply(.ended(outcome), to: &live, at: endTime(of: live, accounting)),
      let purged = await persistEnd(live)
    else { return }
    // Not before that: what ends anew after a crash has its files still, and the times of a job
    // that another process took over are that one's.
    await discardUploads(of: live)
    if !purged.contains(id) { await keepTimes(of: live) }
    measureEnd(of: live, outcome)
    countEnd(of: live, outcome)
    logEnd(of: live, outcome)
    for id in purged { table.forget(id) }
    settleSuccessors(of: id, hasSucceeded: live.job.hasSucceeded)
    publish(live)
    // In the table it would keep its output files open; and another process may delete it.
    if live.job.output.isInFile || sharing != nil { table.remove(id) }
    if live.job.request.callback != nil { ports.callbacks.scheduleDelivery(live.snapshot()) }
    // Before anything is waited for: who sees the end may delete the job.
    finishWork(on: id)
    await purgeExpired()
  }

  private func measureEnd(of live: LiveJob, _ outcome: JobOutcome) {
    let name = entries[live.entry].name
    ports.metrics.add(1, to: .jobsFinished, [name, outcome.name])
    guard let started = live.job.startedAt, let finished = live.job.finishedAt else { return }
    let microseconds = Double(finished.microseconds - started.microseconds)
    ports.metrics.observe(max(0, microseconds / 1_000_000), in: .jobDuration, [name])
  }

  /// When the launcher saw the end of a job, or now. Not before its start, and not in the future:
  /// the wall clock may have been set.
  func endTime(of live: LiveJob, _ accounting: JobAccounting.Record) -> Timestamp {
    let now = ports.clock.now()
    guard let ended = accounting.endedAt else { return now }
    return min(now, max(ended, live.job.startedAt ?? ended))
  }

  /// Publishes the end of a job to readers and observers.
  private func publish(_ live: LiveJob) {
    let id = live.job.id
    guard table.job(id)?.job.hasEnded == false else { return }
    table.put(live)
    table.announceEnd(of: id)
    shownEnds.removeValue(forKey: id)?.resume()
    guard sharing == nil else { return }
    cached.append(id)
    if cached.count >= 2 * Self.cachedMax {
      for old in cached.prefix(Self.cachedMax) { table.remove(old) }
      cached.removeFirst(Self.cachedMax)
    }
  }

  /// Persists the end of a job, with retries.
  ///
  /// - Returns: jobs that retention purged; nil when another process owns the job.
  private func persistEnd(_ live: LiveJob) async -> [JobID]? {
    let id = live.job.id
    sharing?.unkeptEnds.insert(id)
    defer { sharing?.unkeptEnds.remove(id) }
    var tries = 0
    while true {
      do throws(StoreFailure) {
        let purged = try await ports.store.end(live.job)
        if tries > 0 {
          ports.log.log(.info, "job.end_kept", "job \(id): its end is kept now", ["job": "\(id)"])
        }
        return purged
      } catch .fenced {
        ports.log.log(
          .warning, "job.taken_over", "job \(id) was taken by another process while it ran here",
          ["job": "\(id)"])
        handOver(id)
        shownEnds.removeValue(forKey: id)?.resume()
        return nil
      } catch {
        tries += 1
        if tries == 1 {
          ports.log.log(
            .error, "job.end_not_kept",
            "job \(id): its end could not be kept, and is tried again: \(error)",
            ["job": "\(id)", "error": "\(error)"])
          // Clients that wait for the end must not wait for the disk. Of a shared store another
          // process may write another end.
          if sharing == nil { publish(live) }
          shownEnds.removeValue(forKey: id)?.resume()
        }
        if isShuttingDown, tries >= Self.attemptsAtStop {
          ports.log.log(
            .error, "job.end_lost", "job \(id): its end is lost; it will be shown as interrupted",
            ["job": "\(id)"])
          return []
        }
        await ports.clock.sleep(for: Self.storeRetryDelay)
      }
    }
  }

  /// Purges ended jobs that retention does not keep, one batch at a time.
  func purgeExpired() async {
    guard !isPurging else { return }
    isPurging = true
    defer { isPurging = false }
    do throws(StoreFailure) {
      while true {
        let purged = try await ports.store.purgeBatch(at: ports.clock.now())
        guard !purged.isEmpty else { return }
        for id in purged { table.forget(id) }
      }
    } catch {
      ports.log.log(
        .warning, "retention.failed", "old jobs could not be forgotten: the store \(error)",
        ["error": "\(error)"])
    }
  }
}
