import PostgreSQLBase

/// What a service adopts in one transaction of the writer.
struct PostgreSQLAdoptedRows: Sendable {
  /// Jobs that are adopted in one transaction: bounds how long others wait for it.
  private static let countMax = 100

  /// Rows of the jobs in `job`; there may be more where there are any.
  private(set) var sequences: [Int64] = []
  /// Whether there were deliveries.
  private(set) var hasCallbacks = false

  /// Adopts jobs of services that are gone, and such as have no home. A row that another node has
  /// locked is passed over: its former home stays for the next try, as it does for what is bound to
  /// its name, or of an entry that is not among `entries`.
  init(
    for outbox: PostgreSQLOutboxRows, of entries: [String],
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    var last: Int64 = 0
    while let former = try database.scalar(
      "SELECT boot FROM former WHERE boot > $1 ORDER BY boot LIMIT 1 FOR UPDATE SKIP LOCKED",
      [.integer(last)])
    {
      last = former
      sequences = try Self.adoptRuns(of: former, for: outbox.boot, &database)
      guard sequences.isEmpty else { return }
      sequences = try Self.adoptWaiting(of: former, for: outbox.boot, entries, &database)
      guard sequences.isEmpty else { return }
      if try outbox.adoptReceivers(of: former, &database) { hasCallbacks = true }
      try database.run("DELETE FROM departed WHERE home = $1", [.integer(former)])
      try database.run(
        """
        DELETE FROM former WHERE boot = $1
          AND NOT EXISTS (SELECT FROM ready WHERE home = $1)
          AND NOT EXISTS (SELECT FROM run WHERE boot = $1)
        """, [.integer(former)])
    }
    sequences = try Self.adoptWaiting(of: 0, for: outbox.boot, entries, &database)
  }

  private static func adoptRuns(
    of former: Int64, for boot: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> [Int64] {
    try database.query(
      """
      WITH picked AS MATERIALIZED (
        SELECT sequence FROM run WHERE boot = $1 ORDER BY sequence LIMIT $3
        FOR UPDATE SKIP LOCKED)
      UPDATE run SET boot = $2, epoch = epoch + 1,
        losses = losses + (SELECT isLost FROM former WHERE boot = $1)
      FROM picked WHERE run.sequence = picked.sequence RETURNING run.sequence
      """, [.integer(former), .integer(boot), .integer(Int64(countMax))]
    ) { (row) throws(PostgreSQLFailure) in row.integer(0) }
  }

  private static func adoptWaiting(
    of former: Int64, for boot: Int64, _ entries: [String],
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> [Int64] {
    try database.query(
      """
      WITH picked AS MATERIALIZED (
        SELECT sequence FROM ready
        WHERE home = $1 AND isBound = 0 AND (entry IS NULL
          OR entry IN (SELECT json_array_elements_text($4::text::json)))
        ORDER BY sequence LIMIT $3 FOR UPDATE SKIP LOCKED)
      UPDATE ready SET home = $2 FROM picked WHERE ready.sequence = picked.sequence
      RETURNING ready.sequence
      """,
      [
        .integer(former), .integer(boot), .integer(Int64(countMax)),
        .text(JSONText.array(entries)),
      ]
    ) { (row) throws(PostgreSQLFailure) in row.integer(0) }
  }
}
