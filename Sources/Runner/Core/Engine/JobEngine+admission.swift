/// Admission of new jobs within the quotas of their principals and the limits of the queue.
extension JobEngine {
  /// Reserves what a new job needs: a slot where it starts at once, else capacity of the queue.
  ///
  /// - Throws: `JobRefusal` where there is none; nothing is reserved then.
  func reserve(for live: inout LiveJob) async throws(JobRefusal) {
    let client = live.job.client
    live.job.lane = lane(of: live)
    live.job.entry = entries[live.entry].name
    live.job.isBound = takesFiles(live.entry)
    let quota = ports.quotas.quota(of: client)
    try await requireKeptBytes(within: quota, of: client)
    // It may have changed while the store was asked.
    guard !isShuttingDown, !isDraining else { throw .shuttingDown }
    if live.job.heldUntil != nil {
      guard held.hasRoom(for: client) else { throw .tooManyHeld }
      try takeRate(within: quota, of: client)
      return held.add(live.job.id, of: client, until: live.job.heldUntil ?? live.job.createdAt)
    }
    if startsAtOnce(live, within: quota) {
      try takeRate(within: quota, of: client)
      apply(.started(epoch: 1), to: &live)
      slots.acquire(live.entry, for: client)
      return
    }
    if let queuedMax = quota[.queued], queue.count(of: client) >= queuedMax {
      throw .overQuota(.queued, queuedMax, retryAfterSeconds: secondsUntilDeparture)
    }
    let reservation = makeReservation(for: live)
    guard queue.reserve(reservation, limits: limits) else {
      throw .queueFull(limits.queuedMax, retryAfterSeconds: secondsUntilDeparture)
    }
    do throws(JobRefusal) {
      try takeRate(within: quota, of: client)
    } catch {
      queue.release(reservation)
      throw error
    }
    live.reservation = reservation
  }

  private func startsAtOnce(_ live: LiveJob, within quota: PrincipalQuota) -> Bool {
    isImmediate(live.job.request) && !isPaused && !isStoreFailing && isOpen(live.entry)
      && isInWindow(live.entry) && sharing?.mayStart(at: ports.clock.uptime()) ?? true
      && slots.hasFreeSlot(for: live.entry)
      && !isAtRunningQuota(live.job.client, quota)
  }

  /// Whether a principal runs as many jobs as it may, so that its other ones wait.
  func isAtRunningQuota(_ client: Principal) -> Bool {
    isAtRunningQuota(client, ports.quotas.quota(of: client))
  }

  private func isAtRunningQuota(_ client: Principal, _ quota: PrincipalQuota) -> Bool {
    quota[.running].map { slots.inUse(of: client) >= $0 } ?? false
  }

  /// Releases the slot of a job; the waiting ones of its principal may take it.
  func releaseSlot(of live: LiveJob) {
    slots.release(live.entry, of: live.job.client)
    sharing?.endPullPause()
    queue.releaseTurns(of: live.job.client)
  }

  /// The bytes are those of ended jobs: what a running one will keep is not known yet.
  private func requireKeptBytes(
    within quota: PrincipalQuota, of client: Principal
  ) async throws(JobRefusal) {
    guard let bytesMax = quota[.kept] else { return }
    let bytes: Int
    do throws(StoreFailure) {
      bytes = try await ports.store.keptBytes(of: client)
    } catch {
      throw .notStored(error)
    }
    guard bytes < bytesMax else { throw .overQuota(.kept, bytesMax, retryAfterSeconds: nil) }
  }

  private func takeRate(
    within quota: PrincipalQuota, of client: Principal
  ) throws(JobRefusal) {
    guard let most = quota[.submissions] else { return }
    if let seconds = rates.take(client, most: most, at: ports.clock.uptime()) {
      throw .overQuota(.submissions, most, retryAfterSeconds: seconds)
    }
  }

  /// Counts what an earlier process took within the last minute, so that a restart does not make a
  /// quota begin anew.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  func recoverRates() async throws(StoreFailure) {
    guard ports.quotas.bounds(.submissions) else { return }
    let now = ports.clock.now()
    let uptime = ports.clock.uptime()
    let since = now.adding(seconds: -Double(SubmissionRates.windowSeconds + 1))
    // In the order of their times, which is another one after a step of the wall clock.
    let submissions = try await ports.store.submissions(after: since).sorted { $0.time < $1.time }
    for submission in submissions
    where ports.quotas.quota(of: submission.client)[.submissions] != nil {
      // After a backward step of the wall clock it must not lie in the future.
      let age = max(0, now.microseconds - submission.time.microseconds)
      rates.record(submission.client, at: uptime - age)
    }
  }

  /// The job that came first under an idempotency key; nil where none did, or the store fails.
  ///
  /// - Throws: `JobRefusal.keyTaken` where it was another request.
  func firstJob(under key: String, as job: Job) async throws(JobRefusal) -> JobSnapshot? {
    let first: Job?
    do throws(StoreFailure) {
      first = try await ports.store.job(under: key, of: job.client)
    } catch {
      return nil
    }
    guard let first else { return nil }
    guard first.request == job.request else { throw .keyTaken }
    return try await firstJob(first.id)
  }

  func measureRefusal(_ refusal: JobRefusal) {
    guard case .overQuota(let member, _, _) = refusal else { return }
    ports.metrics.add(1, to: .quotaRefusals, [member.rawValue])
  }
}
