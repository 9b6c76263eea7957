/// Some of the jobs that an earlier process left.
package struct Leftovers: Sendable {
  package let jobs: [Job]
  /// Where the next ones begin; nil when there are none.
  package let mark: Int64?

  package init(jobs: [Job], mark: Int64? = nil) {
    self.jobs = jobs
    self.mark = mark
  }
}
