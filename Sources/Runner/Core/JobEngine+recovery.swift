/// Taking up what an earlier process left.
extension JobEngine {
  /// How many jobs an earlier process left, by what became of them.
  package struct Recovery: Hashable, Sendable {
    /// They wait as before.
    package var queued = 0
    /// They ran when the process ended, and wait to run again, as their entry allows.
    package var restarted = 0
    /// They ran when the process ended, and are ended.
    package var interrupted = 0
    /// They waited, and may not run any more.
    package var refused = 0
    /// Their deadline passed in between, and they are ended.
    package var overdue = 0

    package init() {}
  }

  /// Takes up the jobs that an earlier process left; once, before the first request.
  ///
  /// What waited waits in its old place. What ran is `interrupted`, or waits again where its entry
  /// is restartable. What the whitelist does not admit any more is ended, and says so.
  ///
  /// - Throws: when the store cannot be read; nothing was taken up then.
  package func recover() async throws(StoreFailure) -> Recovery {
    isPaused = try await ports.store.isPaused()
    if isPaused {
      ports.log.log(
        .warning,
        "the queue is paused since before this start: no job starts until POST /queue/resume")
    }
    return await take(up: try await ports.store.leftovers())
  }

  func take(up jobs: [Job]) async -> Recovery {
    var recovery = Recovery()
    for job in jobs {
      do throws(JobRefusal) {
        let entry = try ports.whitelist.entry(for: job.request)
        try await take(up: job, entry, &recovery)
      } catch {
        await refuse(job, error, &recovery)
      }
    }
    startWaiting()
    return recovery
  }

  private func take(
    up job: Job, _ entry: Int, _ recovery: inout Recovery
  ) async throws(JobRefusal) {
    var live = live(job, entry: entry)
    // Whatever it would wait for, it is too late.
    let isOverdue = job.request.deadline.map { $0 <= ports.clock.now() } ?? false
    if job.state == .running {
      guard entries[entry].isRestartable else {
        recovery.interrupted += 1
        await endLeftover(live, .lost)
        return
      }
      do throws(StoreFailure) {
        try await ports.store.requeue(job.id, epoch: job.epoch)
      } catch {
        throw .notKept(error)
      }
      apply(.putBack, to: &live)
      if !isOverdue { recovery.restarted += 1 }
    } else if !isOverdue {
      recovery.queued += 1
    }
    guard !isOverdue else {
      recovery.overdue += 1
      return await endLeftover(live, .overdue(code: nil))
    }
    let ticket = ticket(for: live)
    live.ticket = ticket
    table.put(live)
    queue.takeAnyway(ticket)
    queue.append(job.id, ticket)
    watchDeadline(of: live)
  }

  private func refuse(_ job: Job, _ refusal: JobRefusal, _ recovery: inout Recovery) async {
    let live = live(job, entry: 0)
    guard job.state != .running else {
      recovery.interrupted += 1
      await endLeftover(live, .lost)
      return
    }
    recovery.refused += 1
    let why =
      switch refusal {
      case .field(let name, let why): "Its \(name) is not allowed any more: \(why)"
      default: "Its command is not in the whitelist any more."
      }
    let failure = LaunchFailure(step: "whitelist", errno: 1, name: "EPERM", message: why)
    await endLeftover(live, .launchFailed(failure))
  }

  private func endLeftover(_ live: LiveJob, _ outcome: JobOutcome) async {
    table.put(live)
    underWay.insert(live.job.id)
    await finish(live.job.id, outcome, JobBill.Lines())
  }
}
