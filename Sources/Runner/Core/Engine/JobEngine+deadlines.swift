/// Jobs that must have ended by a moment of the calendar: one that waits never starts then, one
/// that runs is ended by the ladder.
extension JobEngine {
  /// How long a calendar that somebody sets may go unnoticed, in seconds.
  private static let checkSecondsMax = 5.0
  /// How soon deadlines are looked at again, in seconds.
  private static let checkSecondsMin = 0.05

  /// - Throws: `JobRefusal.field` for a deadline that is over, or too far away to be kept in mind.
  func validateDeadline(of request: JobRequest, at now: Timestamp) throws(JobRefusal) {
    guard let deadline = request.deadline else { return }
    guard deadline > now else {
      throw .field("deadline", "deadline is over: it is \(now) here.")
    }
    guard deadline <= now.adding(seconds: Double(JobRequest.deadlineSecondsMax)) else {
      let days = JobRequest.deadlineSecondsMax / 86_400
      throw .field("deadline", "deadline must be within \(days) days: it is \(now) here.")
    }
  }

  func trackDeadline(of live: LiveJob) {
    guard let deadline = live.job.request.deadline else { return }
    deadlines.add(live.job.id, until: deadline)
    scheduleDeadlineCheck(for: deadline)
  }

  /// What is left for a job that starts now.
  func secondsLeft(of live: LiveJob) -> UInt32? {
    guard let deadline = live.job.request.deadline else { return nil }
    let left = deadline.microseconds - ports.clock.now().microseconds
    return UInt32(clamping: max(1, (left + 999_999) / 1_000_000))
  }

  /// Has deadlines looked at when this one is due, unless that is done sooner anyway. A sleep knows
  /// nothing of a calendar that is set, so it is never long.
  private func scheduleDeadlineCheck(for deadline: Timestamp) {
    let left = Double(deadline.microseconds - ports.clock.now().microseconds) / 1_000_000
    let pause = Int64(min(Self.checkSecondsMax, max(Self.checkSecondsMin, left)) * 1_000_000)
    let checkTime = ports.clock.uptime() + pause
    if let next = deadlines.nextCheck, next <= checkTime { return }
    deadlines.nextCheck = checkTime
    Task {
      await ports.clock.sleep(for: .microseconds(pause))
      // Somebody else came for a sooner one, and goes on.
      guard deadlines.nextCheck == checkTime else { return }
      deadlines.nextCheck = nil
      endOverdueJobs()
    }
  }

  private func endOverdueJobs() {
    for id in deadlines.removeDue(at: ports.clock.now()) { endOverdue(id) }
    if let next = deadlines.earliest { scheduleDeadlineCheck(for: next) }
  }

  private func endOverdue(_ id: JobID) {
    guard var live = table.job(id), !live.job.hasEnded else { return }
    live.isOverdue = true
    live.isFrozen = false
    table.put(live)
    if live.reservation != nil {
      endQueued(id)
    } else {
      ports.launcher.terminate(live.launchID)
    }
  }
}
