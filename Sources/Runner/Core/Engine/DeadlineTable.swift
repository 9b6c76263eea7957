/// Which jobs must have ended by when.
///
/// All of them are looked at when one is due. That is a pass over as many as wait and run, which is
/// cheaper than an order that has to be kept: most jobs end long before.
struct DeadlineTable {
  private var deadlines: [JobID: Timestamp] = [:]
  /// When they are looked at next, by the engine's uptime; nil while nobody sleeps for it.
  var nextCheck: Int64?

  var earliest: Timestamp? { deadlines.values.min() }

  mutating func add(_ id: JobID, until deadline: Timestamp) {
    deadlines[id] = deadline
  }

  mutating func remove(_ id: JobID) {
    deadlines[id] = nil
  }

  /// The jobs whose time is over, which are forgotten by this.
  mutating func removeDue(at now: Timestamp) -> [JobID] {
    let due = deadlines.filter { $0.value <= now }.map(\.key)
    for id in due { deadlines[id] = nil }
    return due
  }
}
