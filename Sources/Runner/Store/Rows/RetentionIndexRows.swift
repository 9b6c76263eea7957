/// The table `retention`: ended jobs that retention may purge, in its order, with their counters in
/// `counters`.
enum RetentionIndexRows {
  /// Adds an ended job without a pending delivery.
  static func add(_ sequence: Int64, _ database: inout SQLDatabase) throws(SQLFailure) {
    try database.run(
      """
      INSERT INTO retention
      SELECT finished, sequence, stdoutKept + stderrKept + filesKept FROM ending WHERE sequence = ?
      """, [.integer(sequence)])
    try database.run(
      """
      UPDATE counters SET ended = ended + 1,
        bytes = bytes + (SELECT stdoutKept + stderrKept + filesKept FROM ending WHERE sequence = ?)
      """, [.integer(sequence)])
  }

  /// Removes a job; does nothing where it is not in the index.
  static func remove(_ sequence: Int64, _ database: inout SQLDatabase) throws(SQLFailure) {
    let removed = try database.query(
      """
      DELETE FROM retention
      WHERE sequence = ?1 AND finished = (SELECT finished FROM ending WHERE sequence = ?1)
      RETURNING bytes
      """, [.integer(sequence)]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in row.integer(0) }
    guard let bytes = removed.first else { return }
    try database.run(
      "UPDATE counters SET ended = ended - 1, bytes = bytes - ?", [.integer(bytes)])
  }
}
