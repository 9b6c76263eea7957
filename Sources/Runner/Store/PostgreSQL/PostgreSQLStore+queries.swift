import PostgreSQLBase
package import RunnerCore

/// Reading jobs.
extension PostgreSQLStore {
  /// Jobs in one batch of a recovery: bounds its memory.
  private static let unfinishedBatchMax = 512

  package func unfinishedJobs(after cursor: Int64?) async throws(StoreFailure) -> UnfinishedJobs {
    let boot = boot
    let (found, predecessors) = try await writer.perform { (database) throws(PostgreSQLFailure) in
      let found = try database.query(
        """
        SELECT \(PostgreSQLJobRow.columns), \(PostgreSQLJobRow.sharedColumns)
        FROM \(PostgreSQLJobRow.tables)
        WHERE job.sequence IN (
          SELECT sequence FROM (
            (SELECT sequence FROM ready WHERE home = $3 AND sequence > $1
              ORDER BY sequence LIMIT $2)
            UNION ALL
            (SELECT sequence FROM run WHERE boot = $3 AND sequence > $1
              ORDER BY sequence LIMIT $2)) AS live
          ORDER BY sequence LIMIT $2)
        ORDER BY job.sequence
        """, [.integer(cursor ?? 0), .integer(Int64(Self.unfinishedBatchMax)), .integer(boot)]
      ) { (row) throws(PostgreSQLFailure) in RecoveredJob(row) }
      let last = found.last?.sequence ?? 0
      return (
        found,
        try PostgreSQLPredecessorRows.states(after: cursor ?? 0, upTo: last, &database)
      )
    }
    return UnfinishedJobs(
      jobs: readable(found),
      cursor: found.count == Self.unfinishedBatchMax ? found.last?.sequence : nil,
      predecessors: predecessors)
  }

  /// The jobs that could be read, each that ran with what it wrote here into files.
  func readable(_ found: [RecoveredJob]) -> [Job] {
    let unreadable = found.filter { $0.job == nil }.map(\.sequence)
    if !unreadable.isEmpty {
      log.log(
        .error, "store.rows_unreadable",
        "\(unreadable.count) jobs of the store cannot be read, and stay in it: rows "
          + unreadable.prefix(20).map(String.init).joined(separator: ", "),
        ["rows": .integer(unreadable.count)])
    }
    return found.compactMap { found -> Job? in
      guard var job = found.job, job.state == .running else { return found.job }
      // What the job wrote into a file before the end of the process is still there.
      job.output = .stored(
        stdout: partialOutput(of: job.id, .stdout), stderr: partialOutput(of: job.id, .stderr))
      return job
    }
  }

  /// A row that was read, as far as it could be.
  struct RecoveredJob: Sendable {
    let job: Job?
    let sequence: Int64

    init(_ row: borrowing PostgreSQLRow) {
      (job, sequence) = PostgreSQLJobRow.sharedJob(row)
    }
  }

  private func partialOutput(of id: JobID, _ stream: OutputStreamName) -> CapturedBytes {
    guard let file = output.open(id, stream), let bytes = file.byteCount else {
      return CapturedBytes()
    }
    return CapturedBytes(file: file, keptBytes: bytes, totalBytes: UInt64(bytes))
  }

  package func job(_ id: JobID) async throws(StoreFailure) -> Job? {
    let reader = reader
    let read = { @Sendable (database: inout PostgreSQLConnection) throws(PostgreSQLFailure) in
      try Self.job(id, &database, reader)
    }
    // The writer first finds out what became of what it was doing.
    if isDoubtful(id) { return try await writer.perform(read) }
    return try await reader.perform(read)
  }

  private static func job(
    _ id: JobID, _ database: inout PostgreSQLConnection, _ reader: PostgreSQLReader
  ) throws(PostgreSQLFailure) -> Job? {
    try database.query(
      """
      SELECT \(PostgreSQLJobRow.columns), ending.stdout, ending.stderr, job.sequence
      FROM \(PostgreSQLJobRow.tables) WHERE job.id = $1
      """, [.bytes(id.bytes)]
    ) { (row) throws(PostgreSQLFailure) -> Job? in
      guard var job = JobRow.job(row) else { return nil }
      if job.hasEnded {
        let stdout = DatabaseOutputFile(
          reader: reader, sequence: row.integer(JobRow.nextColumn + 2),
          stream: number(of: .stdout), epoch: row.integer(2))
        let stderr = DatabaseOutputFile(
          reader: reader, sequence: stdout.sequence, stream: number(of: .stderr),
          epoch: stdout.epoch)
        job.output = .stored(
          stdout: stream(row, 28, tail: 35, JobRow.nextColumn, stdout),
          stderr: stream(row, 30, tail: 36, JobRow.nextColumn + 1, stderr))
      }
      return job
    }.first ?? nil
  }

  private static func stream(
    _ row: borrowing PostgreSQLRow, _ counts: Int32, tail tailColumn: Int32, _ column: Int32,
    _ file: DatabaseOutputFile
  ) -> CapturedBytes {
    let total = UInt64(clamping: row.integer(counts))
    let tail = Int(row.integer(tailColumn))
    guard row.isNull(column) else {
      return CapturedBytes(bytes: row.blob(column), totalBytes: total, tailBytes: tail)
    }
    return CapturedBytes(
      file: file, keptBytes: Int(row.integer(counts + 1)), totalBytes: total, tailBytes: tail)
  }

  package func page(_ query: JobQuery) async throws(StoreFailure) -> [Job] {
    let page = PostgreSQLPageQuery(query)
    return try await reader.perform { (database) throws(PostgreSQLFailure) -> [Job] in
      try database.query(
        """
        SELECT \(PostgreSQLJobRow.columns) FROM \(PostgreSQLJobRow.tables)
        WHERE job.sequence IN (\(page.sql)) ORDER BY job.sequence DESC
        """, page.values
      ) { (row) throws(PostgreSQLFailure) in JobRow.job(row) }.compactMap(\.self)
    }
  }

  package func predecessors(of id: JobID) async throws(StoreFailure) -> PredecessorStates {
    try await writer.perform { (database) throws(PostgreSQLFailure) -> PredecessorStates in
      guard let sequence = try Self.sequence(of: id, &database) else { return PredecessorStates() }
      let states = try PostgreSQLPredecessorRows.states(
        after: sequence - 1, upTo: sequence, &database)
      return states[id] ?? PredecessorStates()
    }
  }

  // MARK: Quotas

  package func job(
    under key: String, of client: Principal
  ) async throws(StoreFailure) -> Job? {
    try await reader.perform { (database) throws(PostgreSQLFailure) -> Job? in
      try Self.first(under: key, of: client, &database)
    }
  }

  package func keptBytes(of client: Principal) async throws(StoreFailure) -> Int {
    try await reader.perform { (database) throws(PostgreSQLFailure) -> Int in
      let bytes = try database.scalar(
        "SELECT sum(bytes)::int8 FROM kept WHERE client = $1", [.text(client.name)])
      return Int(bytes ?? 0)
    }
  }

  /// Reads the newest rows down to the first one that is too old, and no other.
  package func submissions(
    after time: Timestamp
  ) async throws(StoreFailure) -> [JobSubmission] {
    let countMax = Int64(PrincipalQuota.Member.submissions.range.upperBound)
    return try await reader.perform { (database) throws(PostgreSQLFailure) -> [JobSubmission] in
      try database.query(
        """
        SELECT client, created FROM job
        WHERE sequence > coalesce(
          (SELECT sequence FROM job WHERE created <= $1 ORDER BY sequence DESC LIMIT 1), 0)
        ORDER BY sequence DESC LIMIT $2
        """, [.integer(time.microseconds), .integer(countMax)]
      ) { (row) throws(PostgreSQLFailure) in
        JobSubmission(
          client: Principal(name: row.text(0)), time: Timestamp(microseconds: row.integer(1)))
      }.reversed()
    }
  }

  // MARK: The queue

  package func isPaused() async throws(StoreFailure) -> Bool {
    try await reader.perform { (database) throws(PostgreSQLFailure) in
      try database.scalar("SELECT paused FROM counters") == 1
    }
  }

  package func setPaused(_ isPaused: Bool) async throws(StoreFailure) {
    try await writer.perform { (database) throws(PostgreSQLFailure) in
      _ = try database.run("UPDATE counters SET paused = $1", [.integer(isPaused ? 1 : 0)])
    }
  }

  /// Makes a change that changes nothing durable, as each submission does: the lock that each
  /// transaction takes of the row of its node, which a renewal waits for never.
  ///
  /// - Throws: `StoreFailure` when the store cannot be written.
  package func verifyWritable() async throws(StoreFailure) {
    try await writer.perform { (_) throws(PostgreSQLFailure) in }
  }

  /// The number of pending deliveries of all nodes.
  ///
  /// - Throws: `StoreFailure` when the store cannot be read.
  package func pendingCallbackCount() async throws(StoreFailure) -> Int {
    try await reader.perform { (database) throws(PostgreSQLFailure) in
      Int(try database.scalar("SELECT sum(pending)::int8 FROM tally") ?? 0)
    }
  }
}
