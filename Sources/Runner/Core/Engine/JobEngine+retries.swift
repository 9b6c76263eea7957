/// Further runs of jobs whose run ended without success, where their entry wants them.
extension JobEngine {
  /// Seconds until the next run of a job whose run has ended; nil where none follows.
  func retryDelay(
    of live: LiveJob, _ outcome: JobOutcome, _ accounting: JobAccounting.Record
  ) -> Int? {
    guard !live.isCancelled, !live.isOverdue, outcome.isRetried(accounting),
      !isShuttingDown || keepsUnfinished
    else { return nil }
    return entries[live.entry].retry?.delaySeconds(after: live.job.attempts.count + 1)
  }

  /// Returns a job to the queue, for its next run. Where the store fails, this run was the last.
  func retry(
    _ live: LiveJob, _ outcome: JobOutcome, _ accounting: JobAccounting.Record, after seconds: Int
  ) async {
    let id = live.job.id
    // What a slow disk has not taken yet must not come behind the removal of its file.
    if case .captured(let stdout, let stderr) = live.job.output {
      await stdout.finished()
      await stderr.finished()
    }
    let now = ports.clock.now()
    var job = live.job
    job.attempts.append(
      JobAttempt(
        outcome: outcome.name, code: outcome.code, startedAt: job.startedAt ?? now,
        finishedAt: endTime(of: live, accounting)))
    job.retryAt = now.adding(seconds: Double(seconds))
    do throws(StoreFailure) {
      try await putBack(job)
    } catch {
      ports.log.log(
        .error, "job.retry_failed",
        "job \(id): it is not run again, as it could not be put back: the store \(error)",
        ["job": "\(id)", "error": "\(error)"])
      return await finish(id, outcome, accounting)
    }
    ports.log.log(
      .info, "job.retried",
      "job \(id): \(outcome.name) \(outcome.code.map { "\($0)" } ?? ""), run \(job.epoch): "
        + "it runs again in \(seconds) s",
      ["job": "\(id)", "outcome": .text(outcome.name), "seconds": .integer(seconds)])
    requeue(job, live.entry)
  }

  /// Returns a job to the queue of the store, again and again while that cannot be reached.
  ///
  /// - Throws: `StoreFailure` of a store that works and cannot do it, or at a stop of the service.
  private func putBack(_ job: Job) async throws(StoreFailure) {
    while true {
      do throws(StoreFailure) {
        return try await ports.store.retry(job)
      } catch {
        guard error.isPassing, !isShuttingDown else { throw error }
        await ports.clock.sleep(for: Self.storeRetryDelay)
      }
    }
  }

  /// Queues a job that the store has as queued, under a launch id of its own.
  private func requeue(_ job: Job, _ entry: Int) {
    let id = job.id
    guard let current = table.job(id) else { return finishWork(on: id) }
    var next = makeLiveJob(job, entry: entry)
    apply(.requeued, to: &next)
    // The store has it in no lane.
    next.job.lane = nil
    next.arrival = ports.clock.uptime()
    // A client, or the deadline, may have ended it meanwhile.
    next.isCancelled = current.isCancelled
    next.mayHaveFiles = current.mayHaveFiles
    next.isOverdue = current.isOverdue
    let reservation = makeReservation(for: next)
    next.reservation = reservation
    table.put(next)
    queue.reserveUnbounded(reservation)
    enqueue(next, PredecessorStates())
    if next.isEnding || (isShuttingDown && !keepsUnfinished) {
      endQueued(id)
    } else {
      finishWork(on: id)
    }
    startQueued()
  }
}

extension JobOutcome {
  /// Whether another run may have another end: not where a client, the deadline or the service
  /// ended it, and not where it cannot be launched at all.
  fileprivate func isRetried(_ accounting: JobAccounting.Record) -> Bool {
    switch self {
    case .exited: !(accounting.hasSucceeded ?? isSuccess)
    case .signaled, .timedOut, .stalled, .outOfMemory, .lost: true
    // A name that is taken, or cannot be given, will not be free by itself.
    case .rejected(let failure): failure.step != "result"
    case .launchFailed, .overdue, .cancelled, .filtered, .stopped, .skipped: false
    }
  }
}
