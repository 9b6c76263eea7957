package import RunnerCore
import Synchronization

/// Adding, claiming, requeueing and ending jobs.
extension SQLiteStore {
  package func add(
    _ job: Job, key: String?, _ promised: PromisedCallbacks
  ) async throws(StoreFailure) -> StoreAddResult {
    let request = job.request
    return try await writer.perform { (database) throws(SQLFailure) -> StoreAddResult in
      if let key, let first = try Self.first(under: key, of: job.client, &database) {
        return first.request == request ? .known(first.id) : .keyTaken
      }
      if let url = request.callback, try OutboxRows.isFull(for: url, promised, &database) {
        return .outboxFull
      }
      let predecessors = try PredecessorRows.states(of: request.schedule.after, &database)
      if let id = predecessors.unknown { return .unknownPredecessor(id) }
      let enforcementID = try Self.enforcementID(job.enforcementJSON, &database)
      try database.run(
        JobRow.insertion, JobRow.values(of: job, key: key, enforcementID: enforcementID))
      let sequence = SQLValue.integer(database.lastInsertRowID)
      for label in request.labels {
        try database.run(
          "INSERT INTO label (name, value, sequence) VALUES (?, ?, ?)",
          [.text(label.name), .text(label.value), sequence])
      }
      try PredecessorRows.insert(predecessors, of: sequence, &database)
      return .added
    }
  }

  static func first(
    under key: String, of client: Principal, _ database: inout SQLDatabase
  ) throws(SQLFailure) -> Job? {
    try database.query(
      """
      SELECT \(JobRow.columns), \(JobRow.endingColumns) FROM \(JobRow.tables)
      WHERE job.client = ? AND job.key = ?
      """, [.text(client.name), .text(key)]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in JobRow.job(row) }.first ?? nil
  }

  /// Enforcement is the same for all jobs of an entry, so it is stored once.
  private static func enforcementID(
    _ text: [UInt8], _ database: inout SQLDatabase
  ) throws(SQLFailure) -> Int64? {
    guard !text.isEmpty else { return nil }
    let found = try database.scalar("SELECT id FROM enforcement WHERE json = ?", [.blob(text)])
    if let found { return found }
    try database.run("INSERT INTO enforcement (json) VALUES (?)", [.blob(text)])
    return database.lastInsertRowID
  }

  package func release(_ id: JobID) async throws(StoreFailure) {
    try await writer.perform { (database) throws(SQLFailure) in
      _ = try database.run(
        "UPDATE job SET heldUntil = NULL WHERE id = ? AND state = 0", [.blob(id.bytes)])
    }
  }

  package func hold(_ id: JobID, until time: Timestamp) async throws(StoreFailure) {
    try await writer.perform { (database) throws(SQLFailure) in
      _ = try database.run(
        "UPDATE job SET heldUntil = ? WHERE id = ? AND state = 0 AND heldUntil IS NOT NULL",
        [.integer(time.microseconds), .blob(id.bytes)])
    }
  }

  package func claim(
    _ id: JobID, at time: Timestamp
  ) async throws(StoreFailure) -> UInt64? {
    try await writer.perform { (database) throws(SQLFailure) -> UInt64? in
      let epoch = try database.query(
        """
        UPDATE job SET state = 1, epoch = epoch + 1, started = ? WHERE id = ? AND state = 0
        RETURNING epoch
        """, [.integer(time.microseconds), .blob(id.bytes)]
      ) { (row: borrowing SQLRow) throws(SQLFailure) in row.integer(0) }
      return epoch.first.map { UInt64(truncatingIfNeeded: $0) }
    }
  }

  package func requeue(_ id: JobID, epoch: UInt64) async throws(StoreFailure) {
    let changed = try await writer.perform { (database) throws(SQLFailure) -> Int in
      try database.run(
        "UPDATE job SET state = 0, started = NULL WHERE id = ? AND state = 1 AND epoch = ?",
        [.blob(id.bytes), .integer(Int64(epoch))])
    }
    // Fenced, the files are of the process that runs the job now.
    guard changed == 1 else { throw .fenced }
    output.remove(id)
  }

  package func setRank(_ rank: Timestamp, of id: JobID) async throws(StoreFailure) {
    try await writer.perform { (database) throws(SQLFailure) in
      _ = try database.run(
        "UPDATE job SET rank = ? WHERE id = ? AND state = 0",
        [.integer(rank.microseconds), .blob(id.bytes)])
    }
  }

  package func retry(_ job: Job) async throws(StoreFailure) {
    let changed = try await writer.perform { (database) throws(SQLFailure) -> Int in
      try database.run(
        """
        UPDATE job SET state = 0, started = NULL, successCode = NULL, attempts = ?
        WHERE id = ? AND state = 1 AND epoch = ?
        """,
        [
          .blob(AttemptCodec.encode(job.attempts, job.retryAt)), .blob(job.id.bytes),
          .integer(Int64(job.epoch)),
        ])
    }
    guard changed == 1 else { throw .fenced }
    output.remove(job.id)
  }

  package func recordSuccess(
    of id: JobID, epoch: UInt64, code: UInt8
  ) async throws(StoreFailure) {
    let changed = try await writer.perform { (database) throws(SQLFailure) -> Int in
      try database.run(
        "UPDATE job SET successCode = ? WHERE id = ? AND state = 1 AND epoch = ?",
        [.integer(Int64(code)), .blob(id.bytes), .integer(Int64(epoch))])
    }
    guard changed == 1 else { throw .fenced }
  }

  package func end(_ job: Job) async throws(StoreFailure) -> [JobID] {
    guard case .finished(let outcome) = job.state else { return [] }
    let retention = retention
    try await syncFiles(of: job)
    let purge = try await writer.perform { (database) throws(SQLFailure) -> SurplusResult? in
      let sequences = try database.query(
        """
        UPDATE job SET state = 2, finished = ? WHERE id = ? AND epoch = ? AND state < 2
        RETURNING sequence
        """,
        [
          .optional(job.finishedAt?.microseconds), .blob(job.id.bytes), .integer(Int64(job.epoch)),
        ]
      ) { (row: borrowing SQLRow) throws(SQLFailure) in row.integer(0) }
      guard let sequence = sequences.first else { return nil }
      try database.run(JobEndRow.insertion, JobEndRow.values(outcome, of: job, sequence: sequence))
      try PrincipalRows.add(job, &database)
      try PredecessorRows.end(job, sequence: sequence, isSuccess: job.hasSucceeded, &database)
      if let url = job.request.callback {
        try OutboxRows.enqueue(sequence, url, at: job.finishedAt ?? job.createdAt, &database)
      } else {
        try RetentionIndexRows.add(sequence, &database)
      }
      return try Self.purgeSurplus(retention, &database)
    }
    guard let purge else { throw .fenced }
    if purge.hasMore { hasSurplus.store(true, ordering: .relaxed) }
    for id in purge.withOutput { output.remove(id) }
    for id in purge.withFiles { files.remove(id) }
    return purge.jobs
  }

  /// The row that says how long a file is must not be on the disk before the file.
  private func syncFiles(of job: Job) async throws(StoreFailure) {
    for stream in [job.output.stdout, job.output.stderr] {
      guard await stream.sync() else {
        throw .unusable("The disk failed to keep the output of job \(job.id).")
      }
    }
  }
}
