import RunnerCore

/// Reopening after a lock protocol error.
extension SQLiteStore {
  /// Reopens both connections. SQLite shares the state of its locks between all connections of a
  /// process, and drops it with the last: so both are closed before one is opened. Where this fails
  /// too, every statement fails until the next try.
  ///
  /// - Returns: whether both are open.
  static func reopen(
    _ writing: inout SQLDatabase, _ reading: inout SQLDatabase, _ path: String, _ log: any Logger
  ) -> Bool {
    do throws(SQLFailure) {
      writing = try SQLDatabase.open(":memory:", .writing)
      reading = try SQLDatabase.open(":memory:", .writing)
      writing = try openPrepared(path)
      reading = try openReading(path)
      log.log(
        .warning, "store.reopened",
        "the store \(path) held a lock that it could not give back: opened anew",
        ["path": .text(path)])
      return true
    } catch {
      log.log(
        .error, "store.reopen_failed",
        "the store \(path) could not be opened anew, and is tried again: \(error)",
        ["path": .text(path), "error": "\(error)"])
      return false
    }
  }
}
