/// What operators do to the queue as a whole, and to a job that runs.
extension JobEngine {
  /// How long whoever found the queue full should stay away; nil where nothing is known.
  var secondsUntilDeparture: Int? { drain.secondsUntilNext(at: ports.clock.uptime()) }

  package func queueStatus() -> QueueStatus {
    var status = QueueStatus()
    let now = ports.clock.uptime()
    status.isPaused = isPaused
    status.waiting = queue.count
    status.waitingBytes = queue.bytes
    status.running = slots.inUse
    status.longestWaitSeconds = queue.oldestArrival.map { Int((now - $0) / 1_000_000) }
    status.drainPerHour = drain.perHour(at: now)
    status.limits = limits
    return status
  }

  /// No job starts from now on, not even after a restart; those that run go on.
  ///
  /// - Throws: when that could not be kept; the queue is as it was then.
  package func pause() async throws(StoreFailure) { try await setPaused(true) }

  /// Jobs start again.
  ///
  /// - Throws: when that could not be kept; the queue is as it was then.
  package func resume() async throws(StoreFailure) { try await setPaused(false) }

  private func setPaused(_ newValue: Bool) async throws(StoreFailure) {
    pauseGeneration += 1
    let generation = pauseGeneration
    let before = isPaused
    // Whoever pauses wants no start in between, whoever resumes none that is not kept.
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
    // Of two wishes under way the later one holds.
    guard generation == pauseGeneration else { return }
    isPaused = newValue
    if before != newValue {
      ports.log.log(
        .info, newValue ? "the queue is paused: no job starts" : "the queue is resumed: jobs start")
    }
    startQueued()
  }

  /// What became of a wish to freeze or thaw a job.
  package enum FreezeResult: Hashable, Sendable {
    case done
    /// It waits, is being ended, or has ended.
    case notRunning
    /// Why this job cannot be frozen, in one sentence.
    case refused(String)
    case unknown
  }

  /// Stops a job that runs where it stands, or lets it go on. Its time goes on meanwhile, and it
  /// can be cancelled as ever. Asking again changes nothing.
  package func setFrozen(_ id: JobID, _ isFrozen: Bool) async throws(StoreFailure) -> FreezeResult {
    guard let live = table.job(id) else {
      return try await ports.store.job(id) == nil ? .unknown : .notRunning
    }
    guard live.job.state == .running, !live.isEnding else { return .notRunning }
    let refusal = await ports.launcher.setFrozen(live.launchID, isFrozen)
    // It may have ended in between: that says more than what the launcher says.
    guard var live = table.job(id), live.job.state == .running, !live.isEnding else {
      return .notRunning
    }
    if let refusal { return .refused(refusal) }
    live.isFrozen = isFrozen
    table.put(live)
    return .done
  }
}
