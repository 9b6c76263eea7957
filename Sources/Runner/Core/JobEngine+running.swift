/// Running jobs: from the queue to the launcher, and from there to the end.
extension JobEngine {
  /// How many ended jobs stay in the table, for those who ask for them right after their end.
  private static let cachedMax = 128
  /// How long the engine waits for a store that fails before it tries again.
  static let storePause: Duration = .seconds(1)
  /// How often the end of a job is tried to be kept once the service stops.
  private static let triesAtStop = 3

  /// Starts as many waiting jobs as there is room for.
  func startWaiting() {
    while !isPaused, !isStoreFailing, !isShuttingDown, slots.hasRoom,
      let id = queue.popFirst(where: { slots.hasRoom(for: $0) })
    {
      guard var live = table.job(id) else { continue }
      live.ticket = nil
      table.put(live)
      slots.take(live.entry)
      underWay.insert(id)
      drain.note(ports.clock.uptime())
      Task { [live] in await claim(live) }
    }
  }

  /// A job runs only when the store knows that it does: a crash must not run it twice.
  private func claim(_ live: LiveJob) async {
    let id = live.job.id
    do throws(StoreFailure) {
      let now = ports.clock.now()
      let epoch = try await ports.store.claim(id, at: now)
      guard let epoch, var live = table.job(id), apply(.started(epoch: epoch), to: &live, at: now)
      else {
        forgetClaimed(live)
        return
      }
      table.put(live)
      launch(live)
    } catch {
      ports.log.log(.error, "job \(id) could not be started, and waits: the store \(error)")
      putBack(live)
    }
  }

  /// Somebody else has the job now.
  private func forgetClaimed(_ live: LiveJob) {
    ports.log.log(.warning, "job \(live.job.id) was taken by another process")
    table.remove(live.job.id)
    slots.give(live.entry)
    done(with: live.job.id)
    startWaiting()
  }

  /// The store does not work: the job goes back to its place, and none starts for a while.
  private func putBack(_ live: LiveJob) {
    slots.give(live.entry)
    var waiting = table.job(live.job.id) ?? live
    let ticket = ticket(for: waiting)
    waiting.ticket = ticket
    table.put(waiting)
    queue.takeAnyway(ticket)
    queue.append(live.job.id, ticket)
    if waiting.isToEnd { endWaiting(live.job.id) }
    done(with: live.job.id)
    guard !isStoreFailing else { return }
    isStoreFailing = true
    Task {
      await ports.clock.sleep(for: Self.storePause)
      isStoreFailing = false
      startWaiting()
    }
  }

  /// Hands a claimed job to the launcher.
  func launch(_ claimed: LiveJob) {
    var live = claimed
    let entry = current(live.entry)
    let bill = JobBill()
    let (stdout, stderr) = (output(.stdout, of: live), output(.stderr, of: live))
    live.job.output = .captured(stdout: stdout, stderr: stderr)
    table.put(live)
    let order = LaunchOrder(
      number: live.number, entry: entry, arguments: live.job.request.arguments,
      demands: live.job.request.demands, secondsLeft: secondsLeft(of: live),
      stdin: live.job.request.stdin, stdout: stdout, stderr: stderr, bill: bill)
    let id = live.job.id
    Task {
      // A stop that came before the launcher heard of this job had nothing to terminate.
      let isOver = isShuttingDown || table.job(id)?.isToEnd == true
      let outcome = isOver ? .cancelled(code: nil) : await ports.launcher.run(order)
      await end(id, outcome, bill.lines)
    }
  }

  private func output(_ stream: OutputStreamName, of live: LiveJob) -> CapturedOutput {
    let bytesMax = entries[current(live.entry)].outputBytesMax ?? limits.outputBytesMax
    let spill = ports.files.map { files in
      let id = live.job.id
      return OutputSpill(memoryMax: files.memoryMax) { files.create(id, stream) }
    }
    return CapturedOutput(bytesMax: bytesMax, budget: budget, spill: spill)
  }

  private func end(_ id: JobID, _ outcome: JobOutcome, _ bill: JobBill.Lines) async {
    guard let live = table.job(id) else { return }
    slots.give(live.entry)
    if outcome == .lost, entries[current(live.entry)].isRestartable, !live.isToEnd {
      // For the store it still runs: so the next process, which is near, runs it again.
      return done(with: id)
    }
    startWaiting()
    await finish(id, live.outcome(from: outcome), bill)
  }

  /// Keeps the end of a job, and tells it to whoever wants to know.
  func finish(_ id: JobID, _ outcome: JobOutcome, _ bill: JobBill.Lines) async {
    defer { done(with: id) }
    guard var live = table.job(id) else { return }
    if case .captured(let stdout, let stderr) = live.job.output {
      stdout.finish()
      stderr.finish()
    }
    live.job.bill = bill
    deadlines.forget(id)
    guard apply(.ended(outcome), to: &live), let forgotten = await keep(live) else { return }
    for id in forgotten { table.remove(id) }
    show(live)
    // In the table it would hold its files open.
    if live.job.output.isInFile { table.remove(id) }
    if live.job.request.callback != nil { ports.callbacks.deliver(live.snapshot()) }
    await forgetOld()
  }

  /// Everybody may see the end.
  private func show(_ live: LiveJob) {
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
  private func keep(_ live: LiveJob) async -> [JobID]? {
    let id = live.job.id
    var tries = 0
    while true {
      do throws(StoreFailure) {
        let forgotten = try await ports.store.end(live.job)
        if tries > 0 { ports.log.log(.info, "job \(id): its end is kept now") }
        return forgotten
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
          show(live)
        }
        if isShuttingDown, tries >= Self.triesAtStop {
          ports.log.log(.error, "job \(id): its end is lost; it will be shown as interrupted")
          return []
        }
        await ports.clock.sleep(for: Self.storePause)
      }
    }
  }

  /// Lets go of what retention does not keep, one small piece at a time.
  func forgetOld() async {
    guard !isForgetting else { return }
    isForgetting = true
    defer { isForgetting = false }
    do throws(StoreFailure) {
      while true {
        let forgotten = try await ports.store.forgetSome(at: ports.clock.now())
        guard !forgotten.isEmpty else { return }
        for id in forgotten { table.remove(id) }
      }
    } catch {
      ports.log.log(.warning, "old jobs could not be forgotten: the store \(error)")
    }
  }
}
