/// A job that this process has to do with, and what only this process knows of it.
struct LiveJob: Sendable {
  var job: Job
  /// The name that the launcher knows it by.
  let launchID: UInt64
  /// Which whitelist entry it runs.
  let entry: Int
  /// When it came: microseconds of the engine's uptime, below zero for one that an earlier process
  /// accepted.
  let arrival: Int64
  /// Its place in the queue, while it has one.
  var reservation: QueueReservation?
  /// Somebody asked for its end.
  var isCancelled = false
  /// Its deadline passed.
  var isOverdue = false
  /// It stands still where it stood.
  var isFrozen = false

  /// Whether it is to end, or never to start.
  var isEnding: Bool { isCancelled || isOverdue }

  /// How it ended, where the launcher says `outcome`: which only knows that it was to end it.
  func outcome(from outcome: JobOutcome) -> JobOutcome {
    guard case .cancelled(let code) = outcome, isOverdue, !isCancelled else { return outcome }
    return .overdue(code: code)
  }

  func snapshot() -> JobSnapshot {
    var snapshot = job.snapshot()
    snapshot.isFrozen = isFrozen && !job.hasEnded
    return snapshot
  }
}
