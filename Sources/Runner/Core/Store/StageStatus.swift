/// How far a job has come, as far as a poll needs to know.
package struct StageStatus: Hashable, Sendable {
  /// Its state.
  package let status: JobQuery.Status
  /// Number of its claims.
  package let epoch: UInt64

  /// The stage of a job.
  package init(status: JobQuery.Status, epoch: UInt64) {
    self.status = status
    self.epoch = epoch
  }
}
