import PostgreSQLBase
package import RunnerCore
import Synchronization

/// Adding, claiming, requeueing and ending jobs.
extension PostgreSQLStore {
  package func add(
    _ job: Job, key: String?, _ promised: PromisedCallbacks
  ) async throws(StoreFailure) -> StoreAddResult {
    let (request, boot, outbox) = (job.request, boot, outbox)
    let enforcement = try await enforcementID(job.enforcementJSON)
    return try await change(job.id) { (database, isRepeated) throws(PostgreSQLFailure) in
      if isRepeated, try Self.sequence(of: job.id, &database) != nil { return .added }
      if let key, let first = try Self.first(under: key, of: job.client, &database) {
        return first.request == request ? .known(first.id) : .keyTaken
      }
      if let url = request.callback,
        try outbox.isFull(for: url, promised, &database)
      {
        return .outboxFull
      }
      let predecessors = try PostgreSQLPredecessorRows.states(
        of: request.schedule.after, &database)
      if let id = predecessors.unknown { return .unknownPredecessor(id) }
      let values =
        JobRow.values(of: job, key: key, enforcementID: enforcement).map(PostgreSQLValue.init)
        + [
          .integer(boot), .optional(job.lane),
          .integer(job.place(from: job.createdAt).microseconds), .optional(job.entry),
          .integer(job.isBound ? 1 : 0),
        ]
      guard let sequence = try database.scalar(PostgreSQLJobRow.insertion, values) else {
        // Another node was first, and has committed.
        guard let key, let first = try Self.first(under: key, of: job.client, &database) else {
          throw PostgreSQLFailure(.statement(state: "40001"), "The job has no row.")
        }
        return first.request == request ? .known(first.id) : .keyTaken
      }
      for label in request.labels {
        try database.run(
          "INSERT INTO label (name, value, sequence) VALUES ($1, $2, $3)",
          [.text(label.name), .text(label.value), .integer(sequence)])
      }
      try PostgreSQLPredecessorRows.insert(predecessors, of: sequence, &database)
      return .added
    }
  }

  static func sequence(
    of id: JobID, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> Int64? {
    try database.scalar("SELECT sequence FROM job WHERE id = $1", [.bytes(id.bytes)])
  }

  static func first(
    under key: String, of client: Principal, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> Job? {
    try database.query(
      """
      SELECT \(PostgreSQLJobRow.columns) FROM \(PostgreSQLJobRow.tables)
      WHERE job.client = $1 AND job.key = $2
      """, [.text(client.name), .text(key)]
    ) { (row) throws(PostgreSQLFailure) in JobRow.job(row) }.first ?? nil
  }

  /// Enforcement is the same for all jobs of an entry, so it is stored once, and asked for once.
  private func enforcementID(_ text: [UInt8]) async throws(StoreFailure) -> Int64? {
    guard !text.isEmpty else { return nil }
    if let id = writer.enforcementIDs.withLock({ $0[text] }) { return id }
    let id = try await writer.perform { (database) throws(PostgreSQLFailure) in
      try database.scalar(
        """
        INSERT INTO enforcement (json) VALUES ($1)
        ON CONFLICT (sha256(json)) DO UPDATE SET json = excluded.json RETURNING id
        """, [.bytes(text)])
    }
    writer.enforcementIDs.withLock { $0[text] = id }
    return id
  }

  package func release(_ id: JobID) async throws(StoreFailure) {
    try await change(id) { (database, _) throws(PostgreSQLFailure) in
      _ = try database.run(
        "UPDATE ready SET heldUntil = NULL FROM job WHERE job.id = $1 AND \(Self.isOfJob)",
        [.bytes(id.bytes)])
    }
  }

  private static let isOfJob = "ready.sequence = job.sequence"

  package func hold(_ id: JobID, until time: Timestamp) async throws(StoreFailure) {
    try await change(id) { (database, _) throws(PostgreSQLFailure) in
      _ = try database.run(
        """
        UPDATE ready SET heldUntil = $2 FROM job
        WHERE job.id = $1 AND \(Self.isOfJob) AND heldUntil IS NOT NULL
        """, [.bytes(id.bytes), .integer(time.microseconds)])
    }
  }

  package func setRank(_ rank: Timestamp, of id: JobID) async throws(StoreFailure) {
    try await change(id) { (database, _) throws(PostgreSQLFailure) in
      _ = try database.run(
        "UPDATE ready SET rank = $2, place = $2 FROM job WHERE job.id = $1 AND \(Self.isOfJob)",
        [.bytes(id.bytes), .integer(rank.microseconds)])
    }
  }

  package func claim(_ id: JobID, at time: Timestamp) async throws(StoreFailure) -> UInt64? {
    let boot = boot
    return try await change(id) { (database, isRepeated) throws(PostgreSQLFailure) in
      let claimed = try database.scalar(
        PostgreSQLJobRow.claim,
        [.bytes(id.bytes), .integer(time.microseconds), .integer(boot)])
      guard claimed == nil else { return claimed.map { UInt64(bitPattern: $0) } }
      try PostgreSQLNodeRows.requireLease(boot, &database)
      guard isRepeated else { return nil }
      return try database.scalar(
        "SELECT run.epoch FROM run JOIN job USING (sequence) WHERE job.id = $1 AND run.boot = $2",
        [.bytes(id.bytes), .integer(boot)]
      ).map { UInt64(bitPattern: $0) }
    }
  }

  package func requeue(_ id: JobID, epoch: UInt64) async throws(StoreFailure) {
    try await putBack(id, epoch, to: boot)
  }

  package func putBack(_ id: JobID, epoch: UInt64) async throws(StoreFailure) {
    try await putBack(id, epoch, to: 0)
  }

  package func retry(_ job: Job) async throws(StoreFailure) {
    let attempts = AttemptCodec.encode(job.attempts, job.retryAt)
    try await putBack(job.id, job.epoch, to: boot, attempts: .bytes(attempts))
  }

  private func putBack(
    _ id: JobID, _ epoch: UInt64, to home: Int64, attempts: PostgreSQLValue = .null
  ) async throws(StoreFailure) {
    let boot = boot
    let epoch = PostgreSQLValue.integer(Int64(bitPattern: epoch))
    let isDone = try await change(id) { (database, isRepeated) throws(PostgreSQLFailure) in
      let count = try database.run(
        PostgreSQLJobRow.requeue,
        [.bytes(id.bytes), epoch, attempts, .integer(boot), .integer(home)])
      guard count == 0, isRepeated else { return count == 1 }
      let found = try database.scalar(
        "SELECT 1 FROM ready JOIN job USING (sequence) WHERE job.id = $1 AND ready.epoch = $2",
        [.bytes(id.bytes), epoch])
      return found != nil
    }
    // Fenced, the files are of the process that runs the job now.
    guard isDone else { throw .fenced }
    output.remove(id)
  }

  package func recordSuccess(
    of id: JobID, epoch: UInt64, code: UInt8
  ) async throws(StoreFailure) {
    let boot = boot
    let count = try await change(id) { (database, _) throws(PostgreSQLFailure) in
      try database.run(
        """
        UPDATE run SET successCode = $3::int8 FROM job
        WHERE job.id = $1 AND run.sequence = job.sequence AND run.epoch = $2 AND run.boot = $4
        """,
        [
          .bytes(id.bytes), .integer(Int64(bitPattern: epoch)), .integer(Int64(code)),
          .integer(boot),
        ])
    }
    guard count == 1 else { throw .fenced }
  }

  package func end(_ job: Job) async throws(StoreFailure) -> [JobID] {
    guard case .finished(let outcome) = job.state else { return [] }
    let (retention, outbox) = (retention, outbox)
    let isInFile = job.output.stdout.isInFile || job.output.stderr.isInFile
    if isInFile { try await storeOutput(of: job) }
    let purged = try await change(job.id) { (database, isRepeated) throws(PostgreSQLFailure) in
      try Self.end(job, outcome, retention, outbox, isRepeated: isRepeated, &database)
    }
    guard let purged else { throw .fenced }
    if isInFile { output.remove(job.id) }
    for id in purged { removeFiles(of: id) }
    return purged
  }

  /// - Returns: jobs that retention purged; nil where the end is refused.
  private static func end(
    _ job: Job, _ outcome: JobOutcome, _ retention: RetentionPolicy,
    _ outbox: PostgreSQLOutboxRows, isRepeated: Bool, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> [JobID]? {
    let epoch = PostgreSQLValue.integer(Int64(bitPattern: job.epoch))
    let found = try database.query(
      PostgreSQLJobRow.removal, [.bytes(job.id.bytes), epoch, .integer(outbox.boot)]
    ) { (row) throws(PostgreSQLFailure) in
      (sequence: row.integer(0), started: row.optionalInteger(1), attempts: row.blob(2))
    }
    guard let found = found.first else {
      guard isRepeated else { return nil }
      let ended = try database.scalar(
        "SELECT 1 FROM ending JOIN job USING (sequence) WHERE job.id = $1 AND ending.epoch = $2",
        [.bytes(job.id.bytes), epoch])
      return ended == nil ? nil : []
    }
    let sequence = found.sequence
    let values = JobEndRow.values(outcome, of: job, sequence: sequence).map(PostgreSQLValue.init)
    try database.run(
      PostgreSQLJobRow.endInsertion,
      values + [epoch, .optional(found.started), .bytes(found.attempts)])
    let bytes =
      job.output.stdout.keptBytes + job.output.stderr.keptBytes + job.accounting.files.byteCount
    try outbox.keep(Int64(bytes), of: job.client.name, &database)
    try PostgreSQLPredecessorRows.end(job, sequence: sequence, &database)
    if let url = job.request.callback {
      try outbox.enqueue(
        sequence, url, at: job.finishedAt ?? job.createdAt, &database)
    } else {
      try outbox.retain(sequence, &database)
    }
    return try purgeSurplus(retention, outbox, &database)
  }
}
