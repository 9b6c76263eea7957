package import RunnerCore

/// Names one run of a job.
package struct RunKey: Hashable, Sendable {
  /// The job.
  package let job: JobID
  /// The epoch of the claim.
  package let epoch: UInt64

  /// The run of a job under an epoch.
  package init(job: JobID, epoch: UInt64) {
    self.job = job
    self.epoch = epoch
  }
}
