import PostgreSQLBase
import RunnerCore

/// The table `predecessor`: a row for each job that a queued one is to follow and that has not
/// succeeded, within a transaction of the writer.
enum PostgreSQLPredecessorRows {
  /// Of the end of a job on one node and the addition of one that is to follow it on another, one
  /// waits for the other: a lock by which the row is not written, until the transaction ends. What
  /// is read after the statement that takes it is new.
  static func lock(_ sequence: String, isShared: Bool = false) -> String {
    let name = isShared ? "pg_advisory_xact_lock_shared" : "pg_advisory_xact_lock"
    return "\(name)(1752329583, (\(sequence) % 2147483647)::int4)"
  }

  static func states(
    of ids: [JobID], _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> PredecessorRows.States {
    var states = PredecessorRows.States()
    for id in ids {
      _ = try database.query(
        "SELECT \(lock("sequence", isShared: true)) FROM job WHERE id = $1", [.bytes(id.bytes)]
      ) { (_) throws(PostgreSQLFailure) in () }
      let found = try database.query(
        """
        SELECT ending.sequence, ending.outcome, ending.code, ending.results
        FROM job LEFT JOIN ending USING (sequence) WHERE job.id = $1 FOR SHARE OF job
        """, [.bytes(id.bytes)]
      ) { (row) throws(PostgreSQLFailure) in
        (
          hasEnded: !row.isNull(0),
          isSuccess: StoredResults.success(row.blob(3))
            ?? (row.optionalText(1) == "exited" && row.optionalInteger(2) == 0)
        )
      }
      guard let job = found.first else {
        states.unknown = id
        return states
      }
      if !job.isSuccess { states.rows.append((id, job.hasEnded)) }
    }
    return states
  }

  static func insert(
    _ states: PredecessorRows.States, of sequence: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    for row in states.rows {
      try database.run(
        """
        INSERT INTO predecessor (id, sequence, hasFailed) VALUES ($1, $2, $3::int8)
        ON CONFLICT DO NOTHING
        """,
        [.bytes(row.id.bytes), .integer(sequence), .integer(row.hasFailed ? 1 : 0)])
    }
  }

  /// Records the end of a job, as one that is followed and as one that follows.
  static func end(
    _ job: Job, sequence: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    try database.run(
      job.hasSucceeded
        ? "DELETE FROM predecessor WHERE id = $1"
        : "UPDATE predecessor SET hasFailed = 1 WHERE id = $1", [.bytes(job.id.bytes)])
    guard !job.request.schedule.after.isEmpty else { return }
    try database.run("DELETE FROM predecessor WHERE sequence = $1", [.integer(sequence)])
  }

  /// What became of those that the jobs of a range are to follow, by the latter.
  static func states(
    after first: Int64, upTo last: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> [JobID: PredecessorStates] {
    let rows = try database.query(
      """
      SELECT job.id, predecessor.id, predecessor.hasFailed
      FROM predecessor JOIN job ON job.sequence = predecessor.sequence
      WHERE predecessor.sequence > $1 AND predecessor.sequence <= $2
      """, [.integer(first), .integer(last)]
    ) { (row) throws(PostgreSQLFailure) in
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
