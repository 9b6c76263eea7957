/// Jobs that are held until the files that they take have come.
extension JobEngine {
  /// Result of a request to start a held job.
  package enum StartResult: Sendable {
    /// It waits for its turn, or runs.
    case started(JobSnapshot)
    /// It is not held: it has started before, or has ended.
    case notHeld(JobSnapshot)
    /// Another process holds it, which alone has its files.
    case elsewhere
    case unknown
  }

  /// Where the files are that go with jobs; nil where there can be none.
  package nonisolated var files: (any JobFileStorage)? { ports.files }

  /// What the jobs of an entry take and give back: of a held job.
  ///
  /// - Returns: nil where it is not held, or takes no files.
  package func fileRules(ofHeld id: JobID) -> FileRules? {
    guard let live = table.job(id), live.job.heldUntil != nil, !live.isEnding else { return nil }
    return entries[live.entry].files
  }

  /// Whether files go with the launch of a job.
  func takesFiles(_ live: LiveJob) -> Bool {
    ports.files != nil && entries[live.entry].files != nil
  }

  /// Whose folder of files goes with a launch of a job; nil for none.
  func folderID(of live: LiveJob) -> JobID? {
    guard takesFiles(live) else { return nil }
    // Its entry may take files only since a reload that this launch is repeated after.
    if var current = table.job(live.job.id), !current.mayHaveFiles {
      current.mayHaveFiles = true
      table.put(current)
    }
    return live.job.id
  }

  /// What is kept of the files that a job left: of one that succeeded, those that its entry names.
  func keptFiles(of live: LiveJob, _ outcome: JobOutcome) async -> [JobFile] {
    guard live.job.startedAt != nil, live.job.accounting.hasSucceeded ?? outcome.isSuccess,
      let files = ports.files, let rules = entries[live.entry].files
    else { return [] }
    return await files.collect(live.job.id, by: rules)
  }

  /// Whether another process of a shared store holds a job.
  package nonisolated func isHeldElsewhere(_ job: JobSnapshot) -> Bool {
    job.heldUntil != nil && job.state == .queued && table.job(job.id) == nil
  }

  /// Starts a held job: it waits for its turn from now on.
  ///
  /// - Parameter isFilling: whether the caller is the request that its files come with.
  /// - Throws: `JobRefusal` where a file is not whole, its files are on their way, or the queue has
  ///   no room; it is held then.
  package func start(
    _ id: JobID, isFilling: Bool = false
  ) async throws(JobRefusal) -> StartResult {
    guard !isShuttingDown, !isDraining else { throw .shuttingDown }
    guard let live = table.job(id), live.job.heldUntil != nil, !live.isEnding else {
      do throws(StoreFailure) {
        guard let job = try await find(id) else { return .unknown }
        return isHeldElsewhere(job) ? .elsewhere : .notHeld(job)
      } catch {
        throw .notStored(error)
      }
    }
    guard isFilling || !isFilled(live.job) else { throw .files(.busy) }
    try requireOpen(live.entry)
    guard held.beginRelease(id) else { return .started(live.snapshot()) }
    do throws(JobRefusal) {
      return .started(try await release(live))
    } catch {
      held.abortRelease(id)
      ports.files?.unseal(id)
      // What came meanwhile, and waited for this.
      if table.job(id)?.isEnding == true { endHeld(id) }
      measureRefusal(error)
      throw error
    }
  }

  private func release(_ live: LiveJob) async throws(JobRefusal) -> JobSnapshot {
    let id = live.job.id
    do throws(FileRefusal) {
      if entries[live.entry].files != nil { try await ports.files?.seal(id) }
    } catch {
      throw .files(error)
    }
    let reservation = try reserveQueue(for: live)
    do throws(StoreFailure) {
      try await ports.store.release(id)
    } catch {
      queue.release(reservation)
      throw .notStored(error)
    }
    held.remove(id, of: live.job.client)
    guard var live = table.job(id) else {
      queue.release(reservation)
      throw .notStored(.fenced)
    }
    live.job.heldUntil = nil
    live.reservation = reservation
    table.put(live)
    enqueue(live)
    if live.isEnding || (isShuttingDown && !keepsUnfinished) {
      endQueued(id)
    } else {
      startQueued()
    }
    return table.job(id)?.snapshot() ?? live.snapshot()
  }

  private func reserveQueue(for live: LiveJob) throws(JobRefusal) -> QueueReservation {
    let client = live.job.client
    if let most = ports.quotas.quota(of: client)[.queued], queue.count(of: client) >= most {
      throw .overQuota(.queued, most, retryAfterSeconds: secondsUntilDeparture)
    }
    let reservation = makeReservation(for: live)
    guard queue.reserve(reservation, limits: limits) else {
      throw .queueFull(limits.queuedMax, retryAfterSeconds: secondsUntilDeparture)
    }
    return reservation
  }

  /// Holds a job that is durable now.
  func acceptHeld(_ live: LiveJob) -> JobSnapshot {
    finishWork(on: live.job.id)
    trackDeadline(of: live)
    return live.snapshot()
  }

  /// Holds a job that an earlier process held.
  func adoptHeld(_ live: LiveJob) {
    table.put(live)
    held.add(live.job.id, of: live.job.client, until: live.job.heldUntil ?? live.job.createdAt)
    trackDeadline(of: live)
    if isFilled(live.job) { Task { await withdraw(live.job.id) } }
  }

  /// Ends a held job, without waiting for the store; one whose start is being written ends after
  /// that.
  func endHeld(_ id: JobID) {
    guard let live = unhold(id) else { return }
    let outcome = live.outcome(from: .cancelled(code: nil), isStopping: isShuttingDown)
    Task { await finish(id, outcome, JobAccounting.Record()) }
  }

  func cancelHeld(_ id: JobID) async {
    guard let live = unhold(id) else { return }
    await finish(id, live.outcome(from: .cancelled(code: nil)), JobAccounting.Record())
  }

  /// Ends what was held for longer than `HeldJobs.secondsMax`.
  package func endExpiredHolds() {
    let hours = HeldJobs.secondsMax / 3600
    for id in held.expired(at: ports.clock.now()) where unhold(id) != nil {
      let failure = LaunchFailure(
        step: "hold", .timedOut,
        message: "It was held for \(hours) hours, and never started: POST /<its id>/start.")
      Task { await finish(id, .launchFailed(failure), JobAccounting.Record()) }
    }
  }

  func unhold(_ id: JobID) -> LiveJob? {
    guard let live = table.job(id), live.job.heldUntil != nil, !held.isReleasing(id),
      !inProgress.contains(id)
    else { return nil }
    held.remove(id, of: live.job.client)
    inProgress.insert(id)
    return live
  }

  /// Removes what was sent for a job that ends, and what it left that is not kept.
  func discardUploads(of live: LiveJob) async {
    guard let files = ports.files, live.mayHaveFiles else { return }
    await files.discardUploads(for: live.job.id)
  }
}
