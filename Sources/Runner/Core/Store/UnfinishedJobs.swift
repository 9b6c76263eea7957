/// One batch of the jobs that an earlier process left queued or running.
package struct UnfinishedJobs: Sendable {
  /// Jobs of the batch, in order of arrival.
  package let jobs: [Job]
  /// Where the next batch begins; nil when this is the last.
  package let cursor: Int64?
  /// What became of the jobs that queued ones are to follow, by the latter; those left out have
  /// nothing to wait for.
  package let predecessors: [JobID: PredecessorStates]

  /// A batch; by default the last one.
  package init(
    jobs: [Job], cursor: Int64? = nil, predecessors: [JobID: PredecessorStates] = [:]
  ) {
    self.jobs = jobs
    self.predecessors = predecessors
    self.cursor = cursor
  }
}
