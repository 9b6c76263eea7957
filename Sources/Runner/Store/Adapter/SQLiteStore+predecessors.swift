package import RunnerCore

/// What became of the jobs that queued ones are to follow.
extension SQLiteStore {
  package func predecessors(of id: JobID) async throws(StoreFailure) -> PredecessorStates {
    try await writer.perform { (database) throws(SQLFailure) -> PredecessorStates in
      let sequence = try database.scalar("SELECT sequence FROM job WHERE id = ?", [.blob(id.bytes)])
      guard let sequence else { return PredecessorStates() }
      let states = try PredecessorRows.states(after: sequence - 1, upTo: sequence, &database)
      return states[id] ?? PredecessorStates()
    }
  }
}
