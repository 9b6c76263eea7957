/// Jobs that must have ended by a moment of the calendar: one that waits never starts then, one
/// that runs is ended by the ladder.
extension JobEngine {
  /// How long a calendar that somebody sets may go unnoticed, in seconds.
  private static let lookSecondsMax = 5.0
  /// How soon deadlines are looked at again, in seconds.
  private static let lookSecondsMin = 0.05

  /// - Throws: `JobRefusal.field` for a deadline that is over, or too far away to be kept in mind.
  func checkDeadline(of request: JobRequest, at now: Timestamp) throws(JobRefusal) {
    guard let deadline = request.deadline else { return }
    guard deadline > now else {
      throw .field("deadline", "deadline is over: it is \(now) here.")
    }
    guard deadline <= now.adding(seconds: Double(JobRequest.deadlineSecondsMax)) else {
      let days = JobRequest.deadlineSecondsMax / 86_400
      throw .field("deadline", "deadline must be within \(days) days: it is \(now) here.")
    }
  }

  func watchDeadline(of live: LiveJob) {
    guard let deadline = live.job.request.deadline else { return }
    deadlines.watch(live.job.id, until: deadline)
    planLook(for: deadline)
  }

  /// What is left for a job that starts now.
  func secondsLeft(of live: LiveJob) -> UInt32? {
    guard let deadline = live.job.request.deadline else { return nil }
    let left = deadline.microseconds - ports.clock.now().microseconds
    return UInt32(clamping: max(1, (left + 999_999) / 1_000_000))
  }

  /// Has deadlines looked at when this one is due, unless that is done sooner anyway. A sleep knows
  /// nothing of a calendar that is set, so it is never long.
  private func planLook(for deadline: Timestamp) {
    let left = Double(deadline.microseconds - ports.clock.now().microseconds) / 1_000_000
    let pause = Int64(min(Self.lookSecondsMax, max(Self.lookSecondsMin, left)) * 1_000_000)
    let look = ports.clock.uptime() + pause
    if let next = deadlines.nextLook, next <= look { return }
    deadlines.nextLook = look
    Task {
      await ports.clock.sleep(for: .microseconds(pause))
      // Somebody else came for a sooner one, and goes on.
      guard deadlines.nextLook == look else { return }
      deadlines.nextLook = nil
      lookAtDeadlines()
    }
  }

  private func lookAtDeadlines() {
    for id in deadlines.takeDue(at: ports.clock.now()) { endOverdue(id) }
    if let next = deadlines.next { planLook(for: next) }
  }

  private func endOverdue(_ id: JobID) {
    guard var live = table.job(id), !live.job.hasEnded else { return }
    live.isOverdue = true
    live.isFrozen = false
    table.put(live)
    if live.ticket != nil {
      endWaiting(id)
    } else {
      ports.launcher.terminate(live.number)
    }
  }
}
