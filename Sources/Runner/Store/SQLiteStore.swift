import Glibc
package import RunnerCore

/// Jobs in one SQLite file, with long output in files beside it: the store of one machine.
///
/// Write-ahead log, synchronous FULL: what was answered survives the loss of power. One connection
/// writes and moves the log into the file, another only reads (SQLite 3.40 can damage its log when
/// two connections do the former at one time: https://sqlite.org/wal.html#walresetbug).
package final class SQLiteStore: JobStore {
  /// Jobs that are forgotten in one transaction: bounds how long others wait for it.
  static let forgottenAtOnce = 32
  /// Bytes of a stream that stand in the database; longer ones are files.
  static let inlineBytesMax = 64 << 10

  let writer: StoreWriter
  let reader: StoreReader
  let output: OutputFolder
  let retention: StoreRetention
  let log: any Logging
  /// Holds the lock.
  private let folder: StateFolder

  /// Where long output goes.
  package var files: any OutputFiling { output }

  /// Opens the store in `folder`, makes it where it is new, and brings it to this version.
  ///
  /// A file that is damaged beyond reading is set aside under another name, and a new one begun.
  ///
  /// - Throws: `StateFolder.Problem` that says what is wrong and what to do.
  package init(
    in folder: consuming StateFolder, retention: StoreRetention, log: any Logging
  ) throws(StateFolder.Problem) {
    let path = folder.path + "/jobs.db"
    let output = OutputFolder(
      adopting: try folder.subfolder("out"), memoryMax: Self.inlineBytesMax, log: log)
    do throws(SQLFailure) {
      self.writer = StoreWriter(try Self.openWriting(path, log))
      self.reader = StoreReader(try Self.openReading(path))
    } catch {
      throw StateFolder.Problem(
        description: "The store \(path) cannot be used: \(error) (SQLite error \(error.code)).")
    }
    self.output = output
    self.retention = retention
    self.log = log
    self.folder = folder
  }

  private static func openWriting(
    _ path: String, _ log: any Logging
  ) throws(SQLFailure) -> SQLDatabase {
    do throws(SQLFailure) {
      return try prepared(path)
    } catch {
      guard error.isDamage else { throw error }
      setAside(path, because: error, log)
      return try prepared(path)
    }
  }

  private static func prepared(_ path: String) throws(SQLFailure) -> SQLDatabase {
    var database = try SQLDatabase.open(path, .writing)
    try database.defend()
    // Who closed the file just now may still be moving its log into it.
    try database.execute(
      """
      PRAGMA busy_timeout = 5000;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA foreign_keys = ON;
      PRAGMA cell_size_check = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA wal_autocheckpoint = 1000;
      PRAGMA journal_size_limit = 67108864;
      """)
    try StoreSchema.migrate(&database)
    return database
  }

  private static func openReading(_ path: String) throws(SQLFailure) -> SQLDatabase {
    let database = try SQLDatabase.open(path, .reading)
    try database.defend()
    try database.execute("PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;")
    return database
  }

  /// Nothing is thrown away: whoever knows SQLite may still find jobs in the file.
  private static func setAside(_ path: String, because failure: SQLFailure, _ log: any Logging) {
    var suffix = 1
    while unsafe access("\(path).damaged-\(suffix)", F_OK) == 0 { suffix += 1 }
    for end in ["", "-wal", "-shm"] {
      unsafe rename(path + end, "\(path).damaged-\(suffix)\(end)")
    }
    log.log(
      .error,
      "the store \(path) is damaged (\(failure)): it is now \(path).damaged-\(suffix), and a new, "
        + "empty one is begun")
  }
}
