import RunnerCore

/// Connections that are stuck.
extension SQLiteStore {
  /// Opens both connections anew. What SQLite remembers of locks is one for all connections of a
  /// process, and is gone with the last: so both are closed before one is opened.
  /// Where that fails too, every statement fails until that is tried again.
  ///
  /// - Returns: whether they are open.
  static func reopen(
    _ writing: inout SQLDatabase, _ reading: inout SQLDatabase, _ path: String, _ log: any Logger
  ) -> Bool {
    do throws(SQLFailure) {
      writing = try SQLDatabase.open(":memory:", .writing)
      reading = try SQLDatabase.open(":memory:", .writing)
      writing = try openPrepared(path)
      reading = try openReading(path)
      log.log(.warning, "the store \(path) held a lock that it could not give back: opened anew")
      return true
    } catch {
      log.log(.error, "the store \(path) could not be opened anew, and is tried again: \(error)")
      return false
    }
  }
}
