/// A job as a client may see it, at one moment.
package struct JobSnapshot: Sendable {
  package let id: JobID
  /// Request of the client.
  package let request: JobRequest
  /// Who submitted it.
  package let client: Principal
  /// The request that submitted it; nil where it had no id.
  package var requestID: RequestID?
  /// State of the job's life.
  package let state: JobState
  /// Standard output at this moment; empty before the run.
  package let stdout: CapturedBytes
  /// Standard error at this moment; empty before the run.
  package let stderr: CapturedBytes
  /// Resource usage and refused system calls; empty until the end.
  package var accounting = JobAccounting.Record()
  /// The members of its document that say what was in force.
  var enforcementJSON: [UInt8] = []
  /// Time of acceptance; nil leaves it out of the document.
  package var createdAt: Timestamp?
  /// Time of the newest claim; nil while the job is queued, and where it never ran.
  package var startedAt: Timestamp?
  /// Time of the end; nil while the job has not ended.
  package var finishedAt: Timestamp?
  /// Until when it is held for its files; nil for one that is not.
  package var heldUntil: Timestamp?
  /// Runs that ended without success and were followed by another one, oldest first.
  package var attempts: [JobAttempt] = []
  /// How far its run has come, an object of JSON; empty where nothing reads that.
  package var progressJSON: [UInt8] = []
  /// The call of a command that makes its arguments, an object of JSON; empty where none does, and
  /// where that was not asked.
  package var callJSON: [UInt8] = []
  /// Of two snapshots with the same one, not 0, only the output may differ.
  package var revision: UInt64 = 0
  /// Whether it is frozen (cgroup freezer).
  package var isFrozen = false

  /// Why it has not started yet; nil where it has, and where that was not asked.
  package var wait: WaitStatus?

  /// How it ended; nil while it has not.
  package var outcome: JobOutcome? {
    if case .finished(let outcome) = state { outcome } else { nil }
  }

  /// Whether it succeeded, by what its entry says of that, else by an exit code of 0; nil while it
  /// has not ended.
  package var hasSucceeded: Bool? {
    outcome.map { accounting.hasSucceeded ?? $0.isSuccess }
  }
}
