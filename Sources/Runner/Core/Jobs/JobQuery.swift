/// Filter and cursor for a page of jobs.
package struct JobQuery: Hashable, Sendable {
  /// The states by their names.
  package enum Status: String, Sendable, CaseIterable {
    case queued, running, finished
  }

  /// State that a job must have; nil for any.
  package var status: Status?
  /// Whitelist entry that a job must have, letter for letter; nil for any.
  package var command: String?
  /// Label that a job must have; nil for any.
  package var label: JobLabel?
  /// Jobs that came before this one; nil for the newest.
  package var after: JobID?
  /// How many at most.
  package var limit = 50

  /// The largest page.
  package static let limitMax = 500

  /// A query for the first page of all jobs.
  package init() {}

  /// Whether `job` is one of those, the cursor and the limit apart.
  package func matches(_ job: Job) -> Bool {
    (status.map { $0 == job.state.status } ?? true)
      && (command.map { $0 == job.request.command } ?? true)
      && (label.map { job.request.labels.contains($0) } ?? true)
  }
}
