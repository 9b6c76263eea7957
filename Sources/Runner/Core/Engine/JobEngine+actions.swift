/// Actions of clients on existing jobs.
extension JobEngine {
  /// Result of a cancellation request.
  package enum CancelResult: Hashable, Sendable {
    /// The job never runs, or its termination has begun.
    case accepted
    /// The job had ended before.
    case ended
    case unknown
  }

  /// Cancels a job: a queued one never starts, a running one is terminated (TERM, grace period,
  /// KILL of the tree). Idempotent.
  ///
  /// - Throws: `StoreFailure` when the job is not in memory and the store fails: the job goes on.
  package func cancel(_ id: JobID) async throws(StoreFailure) -> CancelResult {
    guard var live = table.job(id) else { return try await cancelElsewhere(id) }
    guard !live.job.hasEnded else { return .ended }
    live.isCancelled = true
    live.isFrozen = false
    table.put(live)
    if live.job.heldUntil != nil {
      await cancelHeld(id)
    } else if live.reservation != nil {
      await cancelQueued(id)
      // It may have started in another process, which this one had not heard of.
      if sharing != nil, table.job(id) == nil { _ = try await cancelElsewhere(id) }
    } else {
      terminate(live)
    }
    return .accepted
  }

  /// Terminates a run that is to end. One that stands still because another process may run its job
  /// ends when the lease is confirmed: to end it goes on for its grace period.
  func terminate(_ live: LiveJob) {
    guard sharing?.frozen[live.launchID] == nil else { return }
    ports.launcher.terminate(live.launchID)
  }

  /// Ends a queued job, without waiting for the store.
  func endQueued(_ id: JobID) {
    guard let live = dequeue(id) else { return }
    let outcome = live.outcome(from: .cancelled(code: nil), isStopping: isShuttingDown)
    Task { await finish(id, outcome, JobAccounting.Record()) }
  }

  private func cancelQueued(_ id: JobID) async {
    guard let live = dequeue(id) else { return }
    await finish(id, live.outcome(from: .cancelled(code: nil)), JobAccounting.Record())
  }

  /// Removes a job from the queue.
  func dequeue(_ id: JobID) -> LiveJob? {
    guard var live = table.job(id), let reservation = live.reservation else { return nil }
    removeFromQueue(id, reservation)
    live.reservation = nil
    table.put(live)
    inProgress.insert(id)
    return live
  }

  /// Deletes an ended job and its output.
  ///
  /// - Returns: nil when there is no such job; false when it has not ended, or its end is not
  ///   durable yet.
  /// - Throws: `StoreFailure` when the store cannot delete the job, which is kept then.
  package func delete(_ id: JobID) async throws(StoreFailure) -> Bool? {
    if let live = table.job(id), !live.job.hasEnded || inProgress.contains(id) { return false }
    guard try await ports.store.delete(id) else { return nil }
    table.forget(id)
    return true
  }

  /// A page of jobs, newest first; live jobs in their current state.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  package nonisolated func page(_ query: JobQuery) async throws(StoreFailure) -> [JobSnapshot] {
    let page = try await ports.store.page(query)
    let snapshots = page.map { job in
      guard let live = table.job(job.id) else { return job.snapshot() }
      // What waits here as far as this process has heard may have started in another one.
      let isElsewhere = elsewhere != nil && live.job.state == .queued && job.state != .queued
      return isElsewhere ? job.snapshot() : live.snapshot()
    }
    guard snapshots.contains(where: { $0.state == .queued }) else { return snapshots }
    return await addWaits(to: snapshots)
  }
}
