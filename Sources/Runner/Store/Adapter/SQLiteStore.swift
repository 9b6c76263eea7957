import Glibc
package import RunnerCore
import Synchronization

/// Jobs in one SQLite file, with long output in files beside it: the store of one machine. The lock
/// on its folder is the lease: the kernel ends it with the process, however that ends.
///
/// Write-ahead log, synchronous FULL: what was answered survives the loss of power. One connection
/// writes and moves the log into the file, another only reads (SQLite 3.40 can damage its log when
/// two connections do the former at one time: https://sqlite.org/wal.html#walresetbug).
package final class SQLiteStore: ExclusiveJobStore {
  /// Jobs purged in one transaction: bounds how long others wait for it.
  static let purgeBatchMax = 32
  /// Bytes of a stream that stand in the database; longer ones are files.
  static let inlineBytesMax = 64 << 10

  let writer: StoreWriter
  let reader: StoreReader
  let output: OutputFolder
  /// Files that go with jobs.
  package let files: JobFileFolder
  let reservation: DiskReservation
  let retention: RetentionPolicy
  /// Whether there may be more ended jobs than retention keeps, or more of their bytes.
  let hasSurplus = Atomic<Bool>(true)
  let log: any Logger
  /// Holds the lock.
  private let folder: StateFolder

  /// Where long output goes.
  package var outputStorage: any OutputStorage { output }

  /// Opens a file without a name in the state folder, to read and write; nil where that fails. It
  /// becomes the caller's, and is gone when that closes it.
  package func openUnnamedFile() -> Int32? { output.openUnnamed() }

  /// Bytes that this process may still write to the disk of the state folder; nil where that cannot
  /// be asked.
  package func freeBytes() async -> UInt64? { await reservation.freeBytes() }

  /// Opens the store in `folder`, makes it where it is new, and brings it to this version.
  ///
  /// A file that is damaged beyond reading is set aside under another name, and a new one begun.
  ///
  /// - Throws: `StateFolder.Failure` that says what is wrong and what to do.
  package init(
    in folder: consuming StateFolder, retention: RetentionPolicy, log: any Logger,
    metrics: any Metrics = NoMetrics()
  ) throws(StateFolder.Failure) {
    try folder.refuseDatabase()
    let path = folder.path + "/jobs.db"
    let output = OutputFolder(
      adopting: try folder.subfolder("out"), memoryBytesMax: Self.inlineBytesMax, log: log)
    let files = JobFileFolder(adopting: try folder.subfolder("files"), log: log)
    let marker = try folder.marker()
    let reservation = try DiskReservation(in: folder)
    guard reservation.releaseForStart() || !folder.hasSmallBlocks else {
      throw StateFolder.Failure(
        description: "The disk of the state folder \(folder.path) is full: a start needs 256 "
          + "KiB there. Make room.")
    }
    let onCorruption = CorruptionHandler(path, marker, log)
    do throws(SQLFailure) {
      let database = try Self.openWriting(path, marker, log)
      let reader = StoreReader(try Self.openReading(path), onCorruption: onCorruption)
      self.reader = reader
      self.writer = StoreWriter(database, metrics: metrics, onCorruption: onCorruption) { writing in
        reader.withConnection { reading in Self.reopen(&writing, &reading, path, log) }
      }
    } catch {
      let advice = error.isFull ? " The disk is full: make room." : ""
      throw StateFolder.Failure(
        description:
          "The store \(path) cannot be used: \(error) (SQLite error \(error.code)).\(advice)")
    }
    reservation.refill()
    self.reservation = reservation
    self.output = output
    self.files = files
    self.retention = retention
    self.log = log
    self.folder = folder
  }

  private static func openWriting(
    _ path: String, _ marker: FolderMarker, _ log: any Logger
  ) throws(SQLFailure) -> SQLDatabase {
    // A replacement is whole once what it replaces is out of the way.
    // SAFETY: Swift keeps the texts until the call returns that reads them (rename(2)).
    if !exists(path), exists(path + ".new") { unsafe rename(path + ".new", path) }
    let marks = marker.marks
    if marks.contains(.used), !exists(path) {
      log.log(
        .error, "store.missing",
        "the store \(path) is gone or empty, though this folder was used before: its jobs are lost",
        ["path": .text(path)])
    }
    do throws(SQLFailure) {
      var database = try openPrepared(path)
      if marks.contains(.damaged) { throw SQLFailure.corruption("while the service ran before") }
      try check(&database)
      removeReplacement(of: path)
      marker.mark([.used])
      return database
    } catch {
      guard error.isCorruption else { throw error }
      try replace(path, because: error, log)
      marker.mark([.used])
      return try openPrepared(path)
    }
  }

  /// Replaces a corrupted file by a new one with all readable rows; the old file stays under
  /// another name. After a crash at any point the next start repeats it, or finds it done.
  private static func replace(
    _ path: String, because failure: SQLFailure, _ log: any Logger
  ) throws(SQLFailure) {
    removeReplacement(of: path)
    let result = try salvage(path)
    let aside = quarantine(path, because: failure, log)
    // SAFETY: Swift keeps the texts until the call returns that reads them (rename(2)).
    unsafe rename(path + ".new", path)
    if let result {
      log.log(
        .error, "store.salvaged",
        "of the damaged store \(aside), \(result.recovered) jobs are in the new one, and "
          + "\(result.lost) rows could not be read",
        ["path": .text(aside), "jobs": .integer(result.recovered), "lost": .integer(result.lost)])
    } else {
      log.log(
        .error, "store.not_salvaged", "nothing of the damaged store \(aside) could be read",
        ["path": .text(aside)])
    }
  }

  /// Removes an incomplete replacement of a crashed start.
  private static func removeReplacement(of path: String) {
    // SAFETY: Swift keeps the text until the call returns that reads it (unlink(2)).
    for end in ["", "-wal", "-shm"] { unsafe unlink(path + ".new" + end) }
  }

  private static func salvage(_ path: String) throws(SQLFailure) -> StoreSalvage.Result? {
    var database = try openPrepared(path + ".new")
    let result = try StoreSalvage.copy(from: path, into: &database)
    // All of it in one file, which one rename moves.
    _ = try database.scalar("PRAGMA wal_checkpoint(TRUNCATE)")
    return result
  }

  private static func exists(_ path: String) -> Bool {
    var status = stat()
    // SAFETY: stat(2) writes one structure of the type of `status`; Swift keeps the path until it
    // returns.
    return unsafe stat(path, &status) == 0 && status.st_size > 0
  }

  /// Size up to which the whole file is checked at the start, in bytes: some milliseconds.
  private static let quickCheckBytesMax: Int64 = 64 << 20

  /// - Throws: `SQLFailure` for damage to what the service needs at its start, and for any at all
  ///   where that is found quickly.
  private static func check(_ database: inout SQLDatabase) throws(SQLFailure) {
    let pages = try database.scalar("PRAGMA page_count") ?? 0
    let pageBytes = try database.scalar("PRAGMA page_size") ?? 0
    if pages * pageBytes <= quickCheckBytesMax {
      let words = try database.query("PRAGMA quick_check(1)") {
        (row: borrowing SQLRow) throws(SQLFailure) in row.text(0)
      }
      guard words == ["ok"] else { throw SQLFailure.corruption(words.first ?? "nothing") }
    }
    // Each has an index of its own.
    for state in [JobRow.queued, JobRow.running] {
      _ = try database.query(
        "SELECT \(JobRow.columns) FROM \(JobRow.tables) WHERE job.state = \(state)"
      ) { (row: borrowing SQLRow) throws(SQLFailure) in () }
    }
  }

  static func openPrepared(_ path: String) throws(SQLFailure) -> SQLDatabase {
    var database = try SQLDatabase.open(path, .writing)
    try database.enableDefensiveMode()
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

  static func openReading(_ path: String) throws(SQLFailure) -> SQLDatabase {
    let database = try SQLDatabase.open(path, .reading)
    try database.enableDefensiveMode()
    try database.execute("PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;")
    return database
  }

  /// Renames a corrupted file, so that an expert can still recover jobs from it.
  private static func quarantine(
    _ path: String, because failure: SQLFailure, _ log: any Logger
  ) -> String {
    var suffix = 1
    // SAFETY: Swift keeps the texts until the call returns that reads them (access(2), rename(2)).
    while unsafe access("\(path).damaged-\(suffix)", F_OK) == 0 { suffix += 1 }
    for end in ["", "-wal", "-shm"] {
      unsafe rename(path + end, "\(path).damaged-\(suffix)\(end)")
    }
    log.log(
      .error, "store.replaced",
      "the store \(path) is damaged (\(failure)): it is now \(path).damaged-\(suffix), and a new "
        + "one is begun", ["path": .text(path), "error": "\(failure)"])
    return "\(path).damaged-\(suffix)"
  }
}
