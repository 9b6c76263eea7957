package import RunnerCore

/// Reading jobs.
extension SQLiteStore {
  /// Jobs in one batch of a recovery: bounds its memory.
  private static let unfinishedBatchMax = 512

  package func unfinishedJobs(after cursor: Int64?) async throws(StoreFailure) -> UnfinishedJobs {
    // Both halves come in order from their indexes, so that nothing is sorted.
    let (found, predecessors) = try await writer.perform { (database) throws(SQLFailure) in
      let found = try database.query(
        """
        SELECT \(JobRow.columns), \(JobRow.endingColumns), job.sequence FROM \(JobRow.tables)
        WHERE job.sequence IN (
          SELECT sequence FROM job WHERE state = 0 AND sequence > ?1 UNION ALL
          SELECT sequence FROM job WHERE state = 1 AND sequence > ?1 ORDER BY sequence LIMIT ?2)
        ORDER BY job.sequence
        """, [.integer(cursor ?? 0), .integer(Int64(Self.unfinishedBatchMax))]
      ) { (row: borrowing SQLRow) throws(SQLFailure) in
        RecoveredRow(job: JobRow.job(row), sequence: row.integer(JobRow.nextColumn))
      }
      let last = found.last?.sequence ?? 0
      return (
        found, try PredecessorRows.states(after: cursor ?? 0, upTo: last, &database)
      )
    }
    try await quarantine(found.filter { $0.job == nil }.map(\.sequence))
    var texts: Set<[UInt8]> = []
    let jobs = found.compactMap { found -> Job? in
      guard var job = found.job else { return nil }
      // The same text for all jobs of an entry, so it is held once.
      job.enforcementJSON = texts.insert(job.enforcementJSON).memberAfterInsert
      guard job.state == .running else { return job }
      // What the job wrote into a file before the end of the process is still there.
      job.output = .stored(
        stdout: partialOutput(of: job.id, .stdout), stderr: partialOutput(of: job.id, .stderr))
      return job
    }
    return UnfinishedJobs(
      jobs: jobs, cursor: found.count == Self.unfinishedBatchMax ? found.last?.sequence : nil,
      predecessors: predecessors)
  }

  /// A row that was read, as far as it could be.
  private struct RecoveredRow: Sendable {
    let job: Job?
    let sequence: Int64
  }

  /// Marks unreadable rows, which stay in the file and are skipped.
  private func quarantine(_ sequences: [Int64]) async throws(StoreFailure) {
    guard !sequences.isEmpty else { return }
    try await writer.perform { (database) throws(SQLFailure) in
      for sequence in sequences {
        try database.run("UPDATE job SET state = 3 WHERE sequence = ?", [.integer(sequence)])
        try database.run(
          """
          UPDATE predecessor SET hasFailed = 1
          WHERE id = (SELECT id FROM job WHERE sequence = ?)
          """, [.integer(sequence)])
      }
    }
    log.log(
      .error, "store.rows_unreadable",
      "\(sequences.count) jobs of the store cannot be read; they stay in it with state 3, rows "
        + sequences.prefix(20).map(String.init).joined(separator: ", "),
      ["rows": .integer(sequences.count)])
  }

  private func partialOutput(of id: JobID, _ stream: OutputStreamName) -> CapturedBytes {
    guard let file = output.open(id, stream), let bytes = file.byteCount else {
      return CapturedBytes()
    }
    return CapturedBytes(file: file, keptBytes: bytes, totalBytes: UInt64(bytes))
  }

  package func job(_ id: JobID) async throws(StoreFailure) -> Job? {
    let output = output
    return try await reader.perform { (database) throws(SQLFailure) -> Job? in
      try database.query(
        """
        SELECT \(JobRow.columns), \(JobRow.endingColumns), ending.stdout, ending.stderr
        FROM \(JobRow.tables) WHERE job.id = ?
        """, [.blob(id.bytes)]
      ) { (row: borrowing SQLRow) throws(SQLFailure) -> Job? in
        guard var job = JobRow.job(row) else { return nil }
        if job.hasEnded {
          job.output = .stored(
            stdout: Self.stream(.stdout, of: id, row, 28, tail: 35, JobRow.nextColumn, output),
            stderr: Self.stream(.stderr, of: id, row, 30, tail: 36, JobRow.nextColumn + 1, output))
        }
        return job
      }.first ?? nil
    }
  }

  private static func stream(
    _ stream: OutputStreamName, of id: JobID, _ row: borrowing SQLRow, _ counts: Int32,
    tail tailColumn: Int32, _ column: Int32, _ folder: OutputFolder
  ) -> CapturedBytes {
    let total = UInt64(clamping: row.integer(counts))
    let tail = Int(row.integer(tailColumn))
    guard row.isNull(column) else {
      return CapturedBytes(bytes: row.blob(column), totalBytes: total, tailBytes: tail)
    }
    let kept = Int(row.integer(counts + 1))
    guard kept > 0, let file = folder.open(id, stream) else {
      return CapturedBytes(totalBytes: total, isEvicted: kept > 0)
    }
    return CapturedBytes(file: file, keptBytes: kept, totalBytes: total, tailBytes: tail)
  }

  package func page(_ query: JobQuery) async throws(StoreFailure) -> [Job] {
    let page = PageQuery(query)
    let sql = """
      SELECT \(JobRow.columns), \(JobRow.endingColumns) FROM \(JobRow.tables)
      WHERE job.sequence IN (\(page.sql)) ORDER BY job.sequence DESC
      """
    return try await reader.perform { (database) throws(SQLFailure) -> [Job] in
      try database.query(sql, page.values) {
        (row: borrowing SQLRow) throws(SQLFailure) in JobRow.job(row)
      }.compactMap(\.self)
    }
  }
}
