/// A queued or running job of this process, with its process-local state.
struct LiveJob: Sendable {
  var job: Job
  /// Launch id.
  let launchID: UInt64
  /// Index of the whitelist entry.
  let entry: Int
  /// When it came: microseconds of the engine's uptime, below zero for one that an earlier process
  /// accepted.
  let arrival: Int64
  /// Queue reservation; nil while the job is not queued.
  var reservation: QueueReservation?
  /// Cancellation was requested.
  var isCancelled = false
  /// Whether the deadline has passed.
  var isOverdue = false
  /// Whether the job is frozen.
  var isFrozen = false

  /// Whether it is to be terminated, or never to start.
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
