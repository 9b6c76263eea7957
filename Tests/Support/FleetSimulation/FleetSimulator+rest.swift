import RunnerCore

/// What holds once nothing fails any more.
extension FleetSimulator {
  var isAtRest: Bool {
    database.running.isEmpty && database.ready.isEmpty
      && nodes.allSatisfy { $0.processes.isEmpty }
  }

  mutating func checkRest() {
    oracle.check(database)
    for job in oracle.records.indices where oracle.records[job].isAccepted {
      guard database.jobs[job].place != .ended else { continue }
      oracle.fail(
        "job \(job) was accepted and did not end: \(database.jobs[job].place), "
          + "\(oracle.records[job].launches) runs")
    }
    for node in nodes where !node.processes.isEmpty {
      oracle.fail("node \(node.number) still has a process, of a run that has ended")
    }
  }
}
