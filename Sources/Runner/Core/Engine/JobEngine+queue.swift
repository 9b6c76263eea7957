/// Operations on the queue as a whole, and freezing of running jobs.
extension JobEngine {
  /// Estimated seconds until the queue has capacity, for `Retry-After`; nil before the first
  /// departure.
  var secondsUntilDeparture: Int? { drain.secondsUntilNext(at: ports.clock.uptime()) }

  /// Counters, times and limits of the queue at this moment.
  package func queueStatus() -> QueueStatus {
    var status = QueueStatus()
    let now = ports.clock.uptime()
    status.isPaused = isPaused
    status.isDraining = isDraining
    status.waiting = queue.count
    status.waitingBytes = queue.bytes
    status.running = slots.inUse
    status.longestWaitSeconds = queue.oldestArrival.map { Int((now - $0) / 1_000_000) }
    status.drainPerHour = drain.perHour(at: now)
    status.waitingByReason = waitingByReason
    status.limits = limits
    return status
  }

  /// The same, with the jobs that wait and run in all processes that share the store.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  package func sharedQueueStatus() async throws(StoreFailure) -> QueueStatus {
    let counts = sharing == nil ? nil : try await ports.store.queueCounts()
    var status = queueStatus()
    guard let counts else { return status }
    status.waiting = counts.waiting
    status.running = counts.running
    return status
  }

  /// Pauses the queue: no job starts, not even after a restart. Running jobs go on.
  ///
  /// - Throws: `StoreFailure` when the state could not be persisted; the queue is unchanged then.
  package func pause() async throws(StoreFailure) { try await setPaused(true) }

  /// Resumes the queue.
  ///
  /// - Throws: `StoreFailure` when the state could not be persisted; the queue is unchanged then.
  package func resume() async throws(StoreFailure) { try await setPaused(false) }

  private func setPaused(_ newValue: Bool) async throws(StoreFailure) {
    pauseGeneration += 1
    pausesInFlight += 1
    defer { pausesInFlight -= 1 }
    let generation = pauseGeneration
    let before = isPaused
    // A pause takes effect before it is durable, a resume after.
    if newValue { isPaused = true }
    do throws(StoreFailure) {
      try await ports.store.setPaused(newValue)
    } catch {
      if generation == pauseGeneration {
        isPaused = before
        startQueued()
      }
      throw error
    }
    // Of two concurrent requests the later wins.
    guard generation == pauseGeneration else { return }
    isPaused = before
    usePause(newValue)
    startQueued()
  }

  /// Takes over whether the queue is paused, in the store.
  func usePause(_ newValue: Bool) {
    guard isPaused != newValue else { return }
    isPaused = newValue
    if newValue {
      drain.pause(at: ports.clock.uptime())
    } else {
      drain.resume(at: ports.clock.uptime())
    }
    ports.log.log(
      .info, newValue ? "queue.paused" : "queue.resumed",
      newValue ? "the queue is paused: no job starts" : "the queue is resumed: jobs start")
  }

  /// Result of a freeze or thaw request.
  package enum FreezeResult: Hashable, Sendable {
    case done
    /// The job is queued, is being terminated, or has ended.
    case notRunning
    /// Why this job cannot be frozen, in one sentence.
    case refused(String)
    case unknown
  }

  /// Freezes a running job, or thaws it. Its time limit goes on, and it can be cancelled.
  /// Idempotent.
  ///
  /// - Throws: `StoreFailure` when the job is not in memory and the store cannot be read.
  package func setFrozen(_ id: JobID, _ isFrozen: Bool) async throws(StoreFailure) -> FreezeResult {
    guard let live = table.job(id) else {
      guard let job = try await ports.store.job(id) else { return .unknown }
      guard sharing != nil, job.state == .running else { return .notRunning }
      return .refused("The job runs on another node, which alone can do that: ask there.")
    }
    guard live.job.state == .running, !live.isEnding else { return .notRunning }
    if sharing?.frozen[live.launchID] != nil {
      return .refused(
        "The job stands still until the database has confirmed the lease of its node.")
    }
    let refusal = await ports.launcher.setFrozen(live.launchID, isFrozen)
    // It may have ended meanwhile: that counts more than the answer of the launcher.
    guard var live = table.job(id), live.job.state == .running, !live.isEnding else {
      return .notRunning
    }
    if let refusal { return .refused(refusal) }
    live.isFrozen = isFrozen
    live.job.progress?.setFrozen(isFrozen)
    table.put(live)
    return .done
  }
}
