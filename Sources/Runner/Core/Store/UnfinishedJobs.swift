/// Some of the jobs that an earlier process left.
package struct UnfinishedJobs: Sendable {
  package let jobs: [Job]
  /// Where the next ones begin; nil when there are none.
  package let cursor: Int64?

  package init(jobs: [Job], cursor: Int64? = nil) {
    self.jobs = jobs
    self.cursor = cursor
  }
}
