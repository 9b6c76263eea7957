/// The jobs that queued jobs are to follow, for the store in memory.
struct PredecessorTable {
  private var states: [JobID: PredecessorStates] = [:]
  private var successors: [JobID: [JobID]] = [:]

  /// Adds a job.
  ///
  /// - Returns: a job that it is to follow and that is not there; nothing is added then.
  mutating func add(_ job: Job, among jobs: [JobID: Job]) -> JobID? {
    var states = PredecessorStates()
    for id in job.request.schedule.after {
      guard let predecessor = jobs[id] else { return id }
      guard predecessor.hasEnded else {
        states.open.append(id)
        continue
      }
      if !predecessor.hasSucceeded { states.failed = states.failed ?? id }
    }
    guard states != PredecessorStates() else { return nil }
    self.states[job.id] = states
    for id in states.open { successors[id, default: []].append(job.id) }
    return nil
  }

  /// Records the end of a job, as one that is followed and as one that follows.
  mutating func end(_ id: JobID, isSuccess: Bool) {
    states[id] = nil
    for successor in successors.removeValue(forKey: id) ?? [] {
      guard var state = states[successor] else { continue }
      state.open.removeAll { $0 == id }
      if !isSuccess { state.failed = state.failed ?? id }
      states[successor] = state == PredecessorStates() ? nil : state
    }
  }

  func states(of id: JobID) -> PredecessorStates { states[id] ?? PredecessorStates() }
}
