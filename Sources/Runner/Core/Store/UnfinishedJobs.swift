/// One batch of the jobs that an earlier process left queued or running.
package struct UnfinishedJobs: Sendable {
  /// Jobs of the batch, in order of arrival.
  package let jobs: [Job]
  /// Where the next batch begins; nil when this is the last.
  package let cursor: Int64?

  /// A batch; by default the last one.
  package init(jobs: [Job], cursor: Int64? = nil) {
    self.jobs = jobs
    self.cursor = cursor
  }
}
