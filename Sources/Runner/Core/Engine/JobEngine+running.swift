/// Running jobs: from the queue to the launcher, and from there to the end.
extension JobEngine {
  /// How many ended jobs stay in the table, for those who ask for them right after their end.
  private static let cachedMax = 128
  /// How long the engine waits for a store that fails before it tries again.
  static let storeRetryDelay: Duration = .seconds(1)
  /// How often the end of a job is tried to be kept once the service stops.
  private static let attemptsAtStop = 3

  /// Starts as many waiting jobs as there is room for.
  func startQueued() {
    while !isPaused, !isStoreFailing, !isShuttingDown, slots.hasFreeSlot,
      let id = queue.popFirst(where: { slots.hasFreeSlot(for: $0) })
    {
      guard var live = table.job(id) else { continue }
      live.reservation = nil
      table.put(live)
      slots.acquire(live.entry)
      inProgress.insert(id)
      drain.record(ports.clock.uptime())
      Task { [live] in await claimAndLaunch(live) }
    }
  }

  /// A job runs only when the store knows that it does: a crash must not run it twice.
  private func claimAndLaunch(_ live: LiveJob) async {
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
      launch(live)
    } catch {
      ports.log.log(.error, "job \(id) could not be started, and waits: the store \(error)")
      returnToQueue(live)
    }
  }

  /// Somebody else has the job now.
  private func dropClaimed(_ live: LiveJob) {
    ports.log.log(.warning, "job \(live.job.id) was taken by another process")
    table.remove(live.job.id)
    slots.release(live.entry)
    finishWork(on: live.job.id)
    startQueued()
  }

  /// The store does not work: the job goes back to its place, and none starts for a while.
  private func returnToQueue(_ live: LiveJob) {
    slots.release(live.entry)
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

  /// Hands a claimed job to the launcher.
  func launch(_ claimed: LiveJob) {
    var live = claimed
    let entry = currentEntry(for: live.entry)
    let accounting = JobAccounting()
    let (stdout, stderr) = (output(.stdout, of: live), output(.stderr, of: live))
    live.job.output = .captured(stdout: stdout, stderr: stderr)
    table.put(live)
    let order = LaunchOrder(
      launchID: live.launchID, entry: entry, arguments: live.job.request.arguments,
      demands: live.job.request.demands, secondsLeft: secondsLeft(of: live),
      stdin: live.job.request.stdin, stdout: stdout, stderr: stderr, accounting: accounting)
    let id = live.job.id
    Task {
      // A stop that came before the launcher heard of this job had nothing to terminate.
      let isOver = isShuttingDown || table.job(id)?.isEnding == true
      let outcome = isOver ? .cancelled(code: nil) : await ports.launcher.run(order)
      await launchEnded(id, outcome, accounting.recorded)
    }
  }

  private func output(_ stream: OutputStreamName, of live: LiveJob) -> CapturedOutput {
    let bytesMax = entries[currentEntry(for: live.entry)].outputBytesMax ?? limits.outputBytesMax
    let spill = ports.outputStorage.map { files in
      let id = live.job.id
      return OutputSpill(memoryBytesMax: files.memoryBytesMax) { files.create(id, stream) }
    }
    return CapturedOutput(bytesMax: bytesMax, budget: budget, spill: spill)
  }

  private func launchEnded(_ id: JobID, _ outcome: JobOutcome, _ accounting: JobAccounting.Record)
    async
  {
    guard let live = table.job(id) else { return }
    slots.release(live.entry)
    if outcome == .lost, entries[currentEntry(for: live.entry)].isRestartable, !live.isEnding {
      // For the store it still runs: so the next process, which is near, runs it again.
      return finishWork(on: id)
    }
    startQueued()
    await finish(id, live.outcome(from: outcome), accounting)
  }

  /// Keeps the end of a job, and tells it to whoever wants to know.
  func finish(_ id: JobID, _ outcome: JobOutcome, _ accounting: JobAccounting.Record) async {
    defer { finishWork(on: id) }
    guard var live = table.job(id) else { return }
    if case .captured(let stdout, let stderr) = live.job.output {
      stdout.finish()
      stderr.finish()
    }
    live.job.accounting = accounting
    deadlines.remove(id)
    guard apply(.ended(outcome), to: &live), let purged = await persistEnd(live) else { return }
    for id in purged { table.remove(id) }
    publish(live)
    // In the table it would hold its files open.
    if live.job.output.isInFile { table.remove(id) }
    if live.job.request.callback != nil { ports.callbacks.scheduleDelivery(live.snapshot()) }
    await purgeExpired()
  }

  /// Everybody may see the end.
  private func publish(_ live: LiveJob) {
    let id = live.job.id
    guard table.job(id)?.job.hasEnded == false else { return }
    table.put(live)
    table.announceEnd(of: id)
    cached.append(id)
    if cached.count >= 2 * Self.cachedMax {
      for old in cached.prefix(Self.cachedMax) { table.remove(old) }
      cached.removeFirst(Self.cachedMax)
    }
  }

  /// - Returns: jobs that were forgotten for it; nil when the job is not ours to end.
  private func persistEnd(_ live: LiveJob) async -> [JobID]? {
    let id = live.job.id
    var tries = 0
    while true {
      do throws(StoreFailure) {
        let purged = try await ports.store.end(live.job)
        if tries > 0 { ports.log.log(.info, "job \(id): its end is kept now") }
        return purged
      } catch .fenced {
        ports.log.log(.warning, "job \(id) was taken by another process while it ran here")
        table.announceEnd(of: id)
        table.remove(id)
        return nil
      } catch {
        tries += 1
        if tries == 1 {
          ports.log.log(
            .error, "job \(id): its end could not be kept, and is tried again: \(error)")
          // Whoever waits for the job must not wait for the disk.
          publish(live)
        }
        if isShuttingDown, tries >= Self.attemptsAtStop {
          ports.log.log(.error, "job \(id): its end is lost; it will be shown as interrupted")
          return []
        }
        await ports.clock.sleep(for: Self.storeRetryDelay)
      }
    }
  }

  /// Lets go of what retention does not keep, one small piece at a time.
  func purgeExpired() async {
    guard !isPurging else { return }
    isPurging = true
    defer { isPurging = false }
    do throws(StoreFailure) {
      while true {
        let purged = try await ports.store.purgeBatch(at: ports.clock.now())
        guard !purged.isEmpty else { return }
        for id in purged { table.remove(id) }
      }
    } catch {
      ports.log.log(.warning, "old jobs could not be forgotten: the store \(error)")
    }
  }
}
