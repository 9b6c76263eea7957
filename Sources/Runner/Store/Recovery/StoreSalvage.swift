import RunnerCore

/// Salvages the readable rows of a corrupted database into a new one, row by row: corruption is in
/// pages, and most of them are intact.
struct StoreSalvage: ~Copyable {
  /// Counts of salvaged and of lost rows.
  struct Result: Hashable, Sendable {
    /// Jobs that are in the new file.
    var recovered = 0
    /// Row ids of the old file that could not be read, or whose job could not be copied.
    var lost = 0
  }

  private var old: SQLDatabase

  /// - Parameters:
  ///   - database: a new one, of this program's version and empty.
  ///   - path: where the damaged file is now.
  /// - Returns: nil where nothing of the old file can be read: then it is not even known how much
  ///   there was.
  static func copy(
    from path: String, into database: inout SQLDatabase
  ) throws(SQLFailure) -> Result? {
    // What cannot be opened at all shows at the first question.
    var salvage = StoreSalvage(old: try SQLDatabase.open(path, .reading))
    return try salvage.copyAll(into: &database)
  }

  private init(old: consuming SQLDatabase) {
    self.old = old
  }

  private mutating func copyAll(into database: inout SQLDatabase) throws(SQLFailure) -> Result? {
    // Columns are carried over in their order, so both must have the same.
    guard try scalar("PRAGMA user_version") == Int64(StoreSchema.steps.count) else { return nil }
    var last = try scalar("SELECT seq FROM sqlite_sequence WHERE name = 'job'")
    if last == nil { last = try scalar("SELECT max(sequence) FROM job") }
    guard let last else { return nil }
    // What belongs together may be torn; `repair` sees to that at the end.
    try database.execute("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE")
    let paused = try scalar("SELECT paused FROM queue") ?? 0
    try database.run("UPDATE queue SET paused = ?", [.integer(paused)])
    for id in 1...max(1, try scalar("SELECT max(id) FROM enforcement") ?? 1) {
      _ = try copyRows("enforcement", where: "id", id, into: &database)
    }
    let tables = try database.query(
      """
      SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
      ON c.name = 'sequence' WHERE m.type = 'table' AND m.name NOT IN ('job', 'retention')
      """
    ) { (row: borrowing SQLRow) throws(SQLFailure) in row.text(0) }
    var result = Result()
    var uncertain: [Int64] = []
    for sequence in 1...max(1, last) {
      guard let found = try copyRows("job", where: "sequence", sequence, into: &database) else {
        result.lost += 1
        continue
      }
      guard found > 0 else { continue }
      result.recovered += 1
      for table in tables {
        let copied = try copyRows(table, where: "sequence", sequence, into: &database)
        if copied == nil, table == "callback" { uncertain.append(sequence) }
      }
    }
    try Self.repair(&database)
    try Self.rebuildOutbox(uncertain, &database)
    try PrincipalRows.rebuild(&database)
    try database.execute("COMMIT; PRAGMA foreign_keys = ON")
    return result
  }

  private mutating func scalar(_ sql: String) throws(SQLFailure) -> Int64? {
    do throws(SQLFailure) {
      return try old.scalar(sql)
    } catch {
      guard error.isCorruption else { throw error }
      return nil
    }
  }

  /// Copies the rows of a table that have `key` in a column.
  ///
  /// - Returns: their count; nil where they cannot be read, or violate a constraint.
  private mutating func copyRows(
    _ table: String, where column: String, _ key: Int64, into database: inout SQLDatabase
  ) throws(SQLFailure) -> Int? {
    do throws(SQLFailure) {
      let rows = try old.query("SELECT * FROM \(table) WHERE \(column) = ?", [.integer(key)]) {
        (row: borrowing SQLRow) throws(SQLFailure) in row.values
      }
      for row in rows {
        let marks = Array(repeating: "?", count: row.count).joined(separator: ", ")
        try database.run("INSERT INTO \(table) VALUES (\(marks))", row)
      }
      return rows.count
    } catch {
      guard error.isCorruption || error.isConstraintViolation else { throw error }
      return nil
    }
  }

  /// Rebuilds receivers from pending deliveries. A delivery whose state cannot be read counts as
  /// pending: receivers recognise a duplicate by its id.
  private static func rebuildOutbox(
    _ uncertain: [Int64], _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    let pending = try database.query(
      """
      SELECT job.sequence, job.callback, coalesce(callback.pendingSince, ending.finished),
        callback.state
      FROM job JOIN ending ON ending.sequence = job.sequence
      LEFT JOIN callback ON callback.sequence = job.sequence
      WHERE job.callback IS NOT NULL AND (callback.state = ? OR callback.state IS NULL)
      """, [.integer(OutboxRows.scheduled)]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in
      (sequence: row.integer(0), url: row.text(1), since: row.integer(2), isKnown: !row.isNull(3))
    }
    let uncertain = Set(uncertain)
    for one in pending where one.isKnown || uncertain.contains(one.sequence) {
      try OutboxRows.enqueue(
        one.sequence, one.url, at: Timestamp(microseconds: one.since), &database)
    }
    try database.execute(
      """
      INSERT INTO retention
        SELECT finished, sequence, stdoutKept + stderrKept + filesKept FROM ending
        WHERE sequence NOT IN (SELECT sequence FROM callback WHERE receiver IS NOT NULL);
      UPDATE counters
        SET (ended, bytes) = (SELECT count(*), coalesce(sum(bytes), 0) FROM retention);
      """)
  }

  /// Marks finished jobs without an end row as unreadable, and clears pending deliveries.
  private static func repair(_ database: inout SQLDatabase) throws(SQLFailure) {
    try database.execute(
      """
      UPDATE job SET enforcement = NULL WHERE enforcement NOT IN (SELECT id FROM enforcement);
      UPDATE job SET state = \(JobRow.unreadable)
        WHERE state = \(JobRow.finished) AND sequence NOT IN (SELECT sequence FROM ending);
      UPDATE predecessor SET hasFailed = 1 WHERE id NOT IN
        (SELECT id FROM job WHERE state IN (\(JobRow.queued), \(JobRow.running)));
      UPDATE callback SET receiver = NULL;
      """)
  }
}
