package import RunnerCore

/// What quotas are held against.
extension SQLiteStore {
  package func job(
    under key: String, of client: Principal
  ) async throws(StoreFailure) -> Job? {
    try await reader.perform { (database) throws(SQLFailure) -> Job? in
      try Self.first(under: key, of: client, &database)
    }
  }

  package func keptBytes(of client: Principal) async throws(StoreFailure) -> Int {
    try await reader.perform { (database) throws(SQLFailure) -> Int in
      Int(
        try database.scalar(
          "SELECT keptBytes FROM principal WHERE name = ?", [.text(client.name)]) ?? 0)
    }
  }

  /// Reads the newest rows down to the first one that is too old, and no other.
  package func submissions(
    after time: Timestamp
  ) async throws(StoreFailure) -> [JobSubmission] {
    try await reader.perform { (database) throws(SQLFailure) -> [JobSubmission] in
      try database.query(
        """
        SELECT client, created FROM job
        WHERE sequence > coalesce(
          (SELECT sequence FROM job WHERE created <= ? ORDER BY sequence DESC LIMIT 1), 0)
        ORDER BY sequence DESC LIMIT ?
        """,
        [
          .integer(time.microseconds),
          // More could not have been taken, and a wall clock that stands back would read all rows.
          .integer(Int64(PrincipalQuota.Member.submissions.range.upperBound)),
        ]
      ) { (row: borrowing SQLRow) throws(SQLFailure) in
        JobSubmission(
          client: Principal(name: row.text(0)),
          time: Timestamp(microseconds: row.integer(1)))
      }.reversed()
    }
  }
}
