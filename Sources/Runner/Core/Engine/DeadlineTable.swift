/// Deadlines of queued and running jobs.
///
/// All of them are scanned when one is due: cheaper than an order that must be maintained, because
/// most jobs end long before their deadline.
struct DeadlineTable {
  private var deadlines: [JobID: Timestamp] = [:]
  /// Time of the next check in monotonic microseconds; nil while none is scheduled.
  var nextCheck: Int64?

  var earliest: Timestamp? { deadlines.values.min() }

  mutating func add(_ id: JobID, until deadline: Timestamp) {
    deadlines[id] = deadline
  }

  mutating func remove(_ id: JobID) {
    deadlines[id] = nil
  }

  /// Removes and returns the jobs whose deadline has passed.
  mutating func removeDue(at now: Timestamp) -> [JobID] {
    let due = deadlines.filter { $0.value <= now }.map(\.key)
    for id in due { deadlines[id] = nil }
    return due
  }
}
