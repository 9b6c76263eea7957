/// A job as a client may see it, at one moment.
package struct JobSnapshot: Sendable {
  package let id: JobID
  package let request: JobRequest
  package let state: JobState
  package let stdout: CapturedBytes
  package let stderr: CapturedBytes
  /// Resource usage and refused system calls; empty until the end.
  package var accounting = JobAccounting.Record()
  /// The members of its document that say what was in force.
  var enforcementJSON: [UInt8] = []
  package var createdAt: Timestamp?
  package var startedAt: Timestamp?
  package var finishedAt: Timestamp?
  /// Whether it is frozen (cgroup freezer).
  package var isFrozen = false

  /// How it ended; nil while it has not.
  package var outcome: JobOutcome? {
    if case .finished(let outcome) = state { outcome } else { nil }
  }
}
