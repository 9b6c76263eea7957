import Glibc

/// A look at a store, in use or not: nothing of it is changed.
package struct StoreCheck: Sendable {
  /// What SQLite finds wrong with the database, 20 lines at most; empty where all is well
  /// (https://sqlite.org/pragma.html#pragma_integrity_check).
  package let problems: [String]
  /// What is there.
  package let contents: StoreContents
  /// Files that rows of ended jobs speak of and that are not there: output that was lost, or
  /// removed for room.
  package let missing: Int

  /// Reads all of a database. The caller has the ids that the service has: a file of SQLite that
  /// another one wrote is not to be read as root.
  ///
  /// - Parameter path: of the state folder, or of a backup.
  /// - Throws: `StoreBackup.Failure` where it cannot be read.
  package init(of path: String) throws(StoreBackup.Failure) {
    let folder = try StoreBackup.open(path)
    let file = path + "/jobs.db"
    guard let size = folder.status(of: "jobs.db")?.st_size else {
      throw StoreBackup.Failure(
        description: "\(path) has no jobs.db: it is no state folder, or a backup that was cut off.")
    }
    do throws(SQLFailure) {
      var database = try SQLDatabase.open(file, .reading)
      problems = try database.query("PRAGMA integrity_check(20)") {
        (row: borrowing SQLRow) throws(SQLFailure) in row.text(0)
      }.filter { $0 != "ok" }
      var found = try StoreContents.read(&database, in: folder)
      found.contents.bytes += UInt64(size)
      contents = found.contents
      missing = found.missing.count
    } catch {
      throw StoreBackup.Failure(
        description: "\(file) cannot be read: \(error) (SQLite error \(error.code))")
    }
  }
}
