import RunnerCore

/// What is true of each job, whatever nodes and database believe.
struct FleetOracle {
  struct Record {
    /// Microseconds that it runs; nil for until it is cancelled.
    let length: Int64?
    /// Its client was told so, and no failover has lost it since.
    var isAccepted = false
    /// A failover lost a claim of it: then it may be started twice, as is documented.
    var isTainted = false
    var isCancelled = false
    var launches = 0
    var ending: SimulatedEnding?
    /// Processes that are not gone.
    var processes: [Int] = []
  }

  var records: [Record] = []
  /// The first promise that was broken.
  private(set) var failure: String?
  var launches = 0
  var takeovers = 0
  var endings = 0

  mutating func fail(_ text: String) {
    if failure == nil { failure = text }
  }

  /// Holds what a failover lost against what was there.
  mutating func compare(_ before: SimulatedDatabase, _ after: SimulatedDatabase) {
    for job in records.indices {
      let (old, new) = (before.jobs[job], after.jobs[job])
      if new.place == .absent { records[job].isAccepted = false }
      if old.epoch != new.epoch || new.place == .ready && old.place != .ready {
        records[job].isTainted = true
      }
      records[job].ending = new.ending
      records[job].isCancelled = new.isCancelled || new.ending == .cancelled
    }
  }

  /// Each job that was accepted is there, and each end is the first one.
  mutating func check(_ database: SimulatedDatabase) {
    for job in records.indices {
      let row = database.jobs[job]
      if records[job].isAccepted, row.place == .absent { fail("accepted job \(job) is lost") }
      guard row.ending != records[job].ending else { continue }
      if records[job].ending != nil {
        fail("the end of job \(job) changed")
      } else {
        records[job].ending = row.ending
        endings += 1
      }
    }
  }
}
