/// When a job may start, as its request asks.
package struct JobSchedule: Hashable, Sendable {
  /// Jobs that must have succeeded before it starts, in the order of the request.
  package let after: [JobID]
  /// Wall-clock time before which it does not start; nil for none.
  package let notBefore: Timestamp?

  /// Number of jobs that one job may wait for.
  package static let afterCountMax = 64
  /// How far away `notBefore` may be, in seconds: a leap year.
  package static let notBeforeSecondsMax = 366 * 86_400
  /// A job that may start at any time.
  package static let immediate = JobSchedule(uncheckedAfter: [], notBefore: nil)

  private init(uncheckedAfter after: [JobID], notBefore: Timestamp?) {
    self.after = after
    self.notBefore = notBefore
  }

  /// A schedule; the engine checks it against the clock and its jobs.
  ///
  /// - Throws: `JobRefusal.field` naming `after` when there are too many jobs, or one stands twice.
  package init(after: [JobID], notBefore: Timestamp?) throws(JobRefusal) {
    guard after.count <= Self.afterCountMax else {
      throw .field("after", "There are \(after.count) jobs; at most \(Self.afterCountMax) fit.")
    }
    guard Set(after).count == after.count else {
      throw .field("after", "A job stands twice.")
    }
    self.init(uncheckedAfter: after, notBefore: notBefore)
  }

  /// What it takes in memory while the job waits, with the indexes of it.
  var waitingBytes: Int { after.count * 4 * MemoryLayout<JobID>.stride }
}
