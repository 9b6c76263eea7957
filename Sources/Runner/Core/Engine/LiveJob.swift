/// A queued or running job of this process, with its process-local state.
struct LiveJob: Sendable {
  var job: Job
  /// Unique among all states of all jobs that the engine's table had; 0 outside of it.
  var revision: UInt64 = 0
  /// Launch id: of its own program, or then of the check that judges its results.
  var launchID: UInt64
  /// Row of its entry in the engine's `EntryTable`.
  let entry: Int
  /// When it came, or when its schedule let it start: microseconds of the engine's uptime, below
  /// zero for one that an earlier process accepted.
  var arrival: Int64
  /// Queue reservation; nil while the job is not queued.
  var reservation: QueueReservation?
  /// Whether there may be files that go with it: it was held, or launched, with an entry that takes
  /// some, or an earlier process accepted it. A reload that changes the entry leaves them.
  var mayHaveFiles = false
  /// Cancellation was requested.
  var isCancelled = false
  /// Whether the deadline has passed.
  var isOverdue = false
  /// Seconds that it did nothing, for which it is ended; nil where it is not.
  var stalledSeconds: Int?
  /// Whether the job is frozen.
  var isFrozen = false

  /// Whether it is to be terminated, or never to start.
  var isEnding: Bool { isCancelled || isOverdue || stalledSeconds != nil }

  /// How it ended, where the launcher says `outcome`: which only knows that it was to end it.
  ///
  /// - Parameter isStopping: whether the service was told to stop.
  func outcome(from outcome: JobOutcome, isStopping: Bool = false) -> JobOutcome {
    guard case .cancelled(let code) = outcome, !isCancelled else { return outcome }
    if isOverdue { return .overdue(code: code) }
    if let stalledSeconds { return .stalled(code: code, seconds: stalledSeconds) }
    return isStopping ? .stopped(code: code) : outcome
  }

  func snapshot() -> JobSnapshot {
    var snapshot = job.snapshot()
    snapshot.isFrozen = isFrozen && !job.hasEnded
    snapshot.revision = revision
    return snapshot
  }
}
