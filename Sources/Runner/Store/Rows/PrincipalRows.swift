import RunnerCore

/// The table `principal`: bytes of output that the ended jobs of each principal keep, whether or
/// not retention may purge them.
enum PrincipalRows {
  /// Adds what an ended job keeps.
  static func add(_ job: Job, _ database: inout SQLDatabase) throws(SQLFailure) {
    let bytes =
      job.output.stdout.keptBytes + job.output.stderr.keptBytes
      + job.accounting.files.byteCount
    guard bytes > 0 else { return }
    try database.run(
      """
      INSERT INTO principal VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET keptBytes = keptBytes + excluded.keptBytes
      """, [.text(job.client.name), .integer(Int64(bytes))])
  }

  /// Removes what a job keeps, before it is deleted. A principal that keeps nothing has no row,
  /// so that those of the past take no room.
  static func remove(_ sequence: Int64, _ database: inout SQLDatabase) throws(SQLFailure) {
    let left = try database.query(
      """
      UPDATE principal SET keptBytes = keptBytes - ending.stdoutKept - ending.stderrKept
        - ending.filesKept
      FROM job JOIN ending ON ending.sequence = job.sequence
      WHERE job.sequence = ? AND principal.name = job.client
      RETURNING principal.name, principal.keptBytes
      """, [.integer(sequence)]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in (name: row.text(0), bytes: row.integer(1)) }
    for row in left where row.bytes <= 0 {
      try database.run("DELETE FROM principal WHERE name = ?", [.text(row.name)])
    }
  }

  /// Counts anew, from the ended jobs.
  static func rebuild(_ database: inout SQLDatabase) throws(SQLFailure) {
    try database.execute(
      """
      DELETE FROM principal;
      INSERT INTO principal
        SELECT job.client, sum(ending.stdoutKept + ending.stderrKept + ending.filesKept)
        FROM ending JOIN job ON job.sequence = ending.sequence
        GROUP BY job.client
        HAVING sum(ending.stdoutKept + ending.stderrKept + ending.filesKept) > 0;
      """)
  }
}
