import CSQLite
import Glibc
import SystemBase

/// One connection to an SQLite file, used by one thread at a time.
///
/// Statements are prepared once and kept: https://sqlite.org/c3ref/prepare.html.
///
/// SAFETY: the handle and the statements are opaque to Swift, and only SQLite reads them. The type
/// is not copyable, so that one owner at one time has them; `deinit` finalizes each statement once
/// and then closes the handle. Texts and arrays are passed for the time of one call, and SQLite
/// copies what is bound (SQLITE_TRANSIENT). No pointer leaves the type, but in the row that `query`
/// lends.
@safe
struct SQLDatabase: ~Copyable {
  /// Mode in which a file is opened (https://sqlite.org/c3ref/open.html).
  enum Access: Sendable {
    /// Reads and writes, and makes the file where there is none.
    case writing
    /// Reads; never writes to the file, not even to move its log into it.
    case reading
  }

  private let handle: OpaquePointer
  private var statements: [String: OpaquePointer] = unsafe [:]

  /// - Throws: `SQLFailure` when the file cannot be opened.
  static func open(_ path: String, _ access: Access) throws(SQLFailure) -> SQLDatabase {
    var handle: OpaquePointer?
    let flags =
      access == .writing ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    let code = unsafe sqlite3_open_v2(
      path, &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nil)
    guard let handle = unsafe handle else {
      throw SQLFailure(code: code, errno: ENOMEM, message: "There is no memory for SQLite.")
    }
    // A failed open has a handle too, which says why and must be closed.
    let database = unsafe SQLDatabase(adopting: handle)
    guard code == SQLITE_OK else { throw database.failure(code) }
    return database
  }

  private init(adopting handle: OpaquePointer) {
    unsafe self.handle = handle
  }

  deinit {
    var prepared = unsafe Array(statements.values)
    while let statement = unsafe prepared.popLast() { unsafe sqlite3_finalize(statement) }
    unsafe sqlite3_close_v2(handle)
  }

  /// Statements that are written here and nowhere else, one after another, without values.
  ///
  /// - Throws: `SQLFailure` of the first statement that fails; those before it stay in effect.
  func execute(_ sql: String) throws(SQLFailure) {
    ThreadRole.assertMayWaitForDisk()
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  /// Whether the file is not at its path any more: removed, or replaced by another.
  func hasMoved() -> Bool {
    var moved: Int32 = 0
    let code = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved)
    return code == SQLITE_OK && moved != 0
  }

  /// Runs one statement, and reads each row of its result.
  ///
  /// - Throws: `SQLFailure`; what the statement did is undone then.
  mutating func query<Result>(
    _ sql: String, _ values: [SQLValue] = [],
    _ read: (borrowing SQLRow) throws(SQLFailure) -> Result
  ) throws(SQLFailure) -> [Result] {
    ThreadRole.assertMayWaitForDisk()
    let statement = unsafe try prepare(sql)
    defer {
      unsafe sqlite3_reset(statement)
      unsafe sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() {
      let code = unsafe bind(value, to: Int32(index + 1), of: statement)
      guard code == SQLITE_OK else { throw failure(code) }
    }
    var results: [Result] = []
    while true {
      let code = unsafe sqlite3_step(statement)
      if code == SQLITE_DONE { return results }
      guard code == SQLITE_ROW else { throw failure(code) }
      results.append(try read(unsafe SQLRow(statement)))
    }
  }

  /// Runs one statement for what it does.
  ///
  /// - Returns: how many rows it changed.
  /// - Throws: `SQLFailure`; what the statement did is undone then.
  @discardableResult
  mutating func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLFailure) -> Int {
    _ = try query(sql, values) { (_: borrowing SQLRow) throws(SQLFailure) in () }
    return unsafe Int(sqlite3_changes64(handle))
  }

  /// The first column of the first row, or nil where there is no row, or NULL.
  ///
  /// - Throws: `SQLFailure`; what the statement did is undone then.
  mutating func scalar(_ sql: String, _ values: [SQLValue] = []) throws(SQLFailure) -> Int64? {
    try query(sql, values) { (row: borrowing SQLRow) throws(SQLFailure) in
      row.optionalInteger(0)
    }.first ?? nil
  }

  /// The number of the row that was inserted last.
  var lastInsertRowID: Int64 { unsafe sqlite3_last_insert_rowid(handle) }

  /// Whether a transaction is open: SQLite ends one by itself after some failures.
  var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  /// Copies all of it, as it is at one moment, into a new file:
  /// https://sqlite.org/backup.html. Writers of it are not held up.
  ///
  /// - Throws: `SQLFailure` when the file cannot be made, or this one not be read.
  func backUp(to path: String) throws(SQLFailure) {
    ThreadRole.assertMayWaitForDisk()
    let target = try SQLDatabase.open(path, .writing)
    // SAFETY: both handles are open until the copy is finished, which ends `copy`.
    guard let copy = unsafe sqlite3_backup_init(target.handle, "main", handle, "main") else {
      throw target.failure(unsafe sqlite3_errcode(target.handle))
    }
    unsafe sqlite3_backup_step(copy, -1)
    let code = unsafe sqlite3_backup_finish(copy)
    guard code == SQLITE_OK else { throw target.failure(code) }
  }

  /// Switches off what a damaged or hostile file could do with SQL of its own.
  ///
  /// - Throws: `SQLFailure` when SQLite refuses the setting.
  func enableDefensiveMode() throws(SQLFailure) {
    let code = unsafe csqlite_defend(handle)
    guard code == SQLITE_OK else { throw failure(code) }
  }

  private mutating func prepare(_ sql: String) throws(SQLFailure) -> OpaquePointer {
    if let statement = unsafe statements[sql] { return unsafe statement }
    var statement: OpaquePointer?
    let code = unsafe sqlite3_prepare_v3(
      handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement = unsafe statement else { throw failure(code) }
    unsafe statements[sql] = unsafe statement
    return unsafe statement
  }

  /// SQLite copies text and bytes.
  private func bind(_ value: SQLValue, to index: Int32, of statement: OpaquePointer) -> Int32 {
    switch value {
    case .null:
      return unsafe sqlite3_bind_null(statement, index)
    case .integer(let number):
      return unsafe sqlite3_bind_int64(statement, index, number)
    case .text(var text):
      return text.withUTF8 { unsafe bindText($0, to: index, of: statement) }
    case .blob(let bytes):
      return unsafe bytes.withUnsafeBytes {
        unsafe csqlite_bind_blob(statement, index, $0.baseAddress, Int32($0.count))
      }
    }
  }

  private func bindText(
    _ bytes: UnsafeBufferPointer<UInt8>, to index: Int32, of statement: OpaquePointer
  ) -> Int32 {
    let raw = UnsafeRawBufferPointer(bytes)
    return unsafe csqlite_bind_text(
      statement, index, raw.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(raw.count))
  }

  private func failure(_ code: Int32) -> SQLFailure {
    SQLFailure(
      code: code, errno: unsafe sqlite3_system_errno(handle),
      message: unsafe String(cString: sqlite3_errmsg(handle)))
  }
}
