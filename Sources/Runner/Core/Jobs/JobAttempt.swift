/// A run of a job that ended without success and was followed by another one.
package struct JobAttempt: Hashable, Sendable {
  /// `JobOutcome.name` of its end.
  package let outcome: String
  /// Its exit code; nil where it had none.
  package let code: Int?
  /// When it began.
  package let startedAt: Timestamp
  /// When it ended.
  package let finishedAt: Timestamp

  /// A run and its end.
  package init(outcome: String, code: Int?, startedAt: Timestamp, finishedAt: Timestamp) {
    self.outcome = outcome
    self.code = code
    self.startedAt = startedAt
    self.finishedAt = finishedAt
  }
}
