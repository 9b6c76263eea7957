/// Filter and cursor for a page of jobs.
package struct JobQuery: Hashable, Sendable {
  /// A state without its outcome, by the name that clients use.
  package enum Status: String, Sendable, CaseIterable {
    case queued, running, finished
  }

  /// State that a job must have; nil for any.
  package var status: Status?
  /// Whitelist entry that a job must have, letter for letter; nil for any.
  package var command: String?
  /// Label that a job must have; nil for any.
  package var label: JobLabel?
  /// Principal that submitted it; nil for any.
  package var client: Principal?
  /// Jobs that came before this one; nil for the newest.
  package var after: JobID?
  /// Number of jobs of the page, at most; in 1...`limitMax`.
  package var limit = 50

  /// Largest `limit` that a client may ask for.
  package static let limitMax = 500

  /// A query for the first page of all jobs.
  package init() {}

  /// Whether `job` is one of those, the cursor and the limit apart.
  package func matches(_ job: Job) -> Bool {
    (status.map { $0 == job.state.status } ?? true)
      && (client.map { $0 == job.client } ?? true)
      && (command.map { $0 == job.request.command } ?? true)
      && (label.map { job.request.labels.contains($0) } ?? true)
  }
}
