import RunnerCore

/// The table `predecessor`: a row for each job that a queued one is to follow and that has not
/// succeeded, within a transaction of the writer. What has ended is resolved by the transaction
/// that ends it, so that it may be deleted before its successor starts.
enum PredecessorRows {
  /// What became of jobs that a new one is to follow.
  struct States {
    /// Those that have not succeeded, and whether each has failed.
    var rows: [(id: JobID, hasFailed: Bool)] = []
    /// One that is not in the store; nil where all are.
    var unknown: JobID?
  }

  static func states(
    of ids: [JobID], _ database: inout SQLDatabase
  ) throws(SQLFailure) -> States {
    var states = States()
    for id in ids {
      let found = try database.query(
        """
        SELECT job.state, ending.outcome, ending.code, ending.results
        FROM job LEFT JOIN ending ON ending.sequence = job.sequence WHERE job.id = ?
        """, [.blob(id.bytes)]
      ) { (row: borrowing SQLRow) throws(SQLFailure) in
        (
          state: row.integer(0),
          isSuccess: StoredResults.success(row.blob(3))
            ?? (row.optionalText(1) == "exited" && row.optionalInteger(2) == 0)
        )
      }
      guard let job = found.first, JobRow.readable.contains(job.state) else {
        states.unknown = id
        return states
      }
      if !job.isSuccess { states.rows.append((id, job.state == JobRow.finished)) }
    }
    return states
  }

  static func insert(
    _ states: States, of sequence: SQLValue, _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    for row in states.rows {
      try database.run(
        "INSERT INTO predecessor (id, sequence, hasFailed) VALUES (?, ?, ?)",
        [.blob(row.id.bytes), sequence, .integer(row.hasFailed ? 1 : 0)])
    }
  }

  /// Records the end of a job, as one that is followed and as one that follows.
  static func end(
    _ job: Job, sequence: Int64, isSuccess: Bool, _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    try database.run(
      isSuccess
        ? "DELETE FROM predecessor WHERE id = ?"
        : "UPDATE predecessor SET hasFailed = 1 WHERE id = ?", [.blob(job.id.bytes)])
    guard !job.request.schedule.after.isEmpty else { return }
    try database.run("DELETE FROM predecessor WHERE sequence = ?", [.integer(sequence)])
  }

  /// What became of those that the jobs of a range are to follow, by the latter.
  static func states(
    after first: Int64, upTo last: Int64, _ database: inout SQLDatabase
  ) throws(SQLFailure) -> [JobID: PredecessorStates] {
    let rows = try database.query(
      """
      SELECT job.id, predecessor.id, predecessor.hasFailed
      FROM predecessor JOIN job ON job.sequence = predecessor.sequence
      WHERE predecessor.sequence > ? AND predecessor.sequence <= ?
      """, [.integer(first), .integer(last)]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in
      (job: JobID(bytes: row.blob(0)), id: JobID(bytes: row.blob(1)), hasFailed: row.integer(2))
    }
    var states: [JobID: PredecessorStates] = [:]
    for row in rows {
      guard let job = row.job, let id = row.id else { continue }
      if row.hasFailed == 0 {
        states[job, default: PredecessorStates()].open.append(id)
      } else {
        states[job, default: PredecessorStates()].failed = id
      }
    }
    return states
  }
}
