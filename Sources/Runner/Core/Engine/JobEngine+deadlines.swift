/// Deadlines in wall-clock time: an overdue job that is queued never starts, one that runs is
/// terminated.
extension JobEngine {
  /// - Throws: `JobRefusal.field` for a deadline that has passed, or is more than
  ///   `JobRequest.deadlineSecondsMax` away.
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

  /// Seconds up to the deadline of a job that starts now, at least 1; nil where it has none.
  func secondsLeft(of live: LiveJob) -> UInt32? {
    guard let deadline = live.job.request.deadline else { return nil }
    let left = deadline.microseconds - ports.clock.now().microseconds
    return UInt32(clamping: max(1, (left + 999_999) / 1_000_000))
  }

  /// Schedules a check for this deadline, unless an earlier one is scheduled.
  private func scheduleDeadlineCheck(for deadline: Timestamp) {
    let pause = checkPause(until: deadline)
    let checkTime = ports.clock.uptime() + pause
    if let next = deadlines.nextCheck, next <= checkTime { return }
    deadlines.nextCheck = checkTime
    Task {
      await ports.clock.sleep(for: .microseconds(pause))
      // An earlier check was scheduled meanwhile, and replaces this one.
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
    if live.job.heldUntil != nil {
      endHeld(id)
    } else if live.reservation != nil {
      endQueued(id)
    } else {
      terminate(live)
    }
  }
}
