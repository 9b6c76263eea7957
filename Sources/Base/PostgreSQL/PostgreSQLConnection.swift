internal import CPostgreSQL
internal import Glibc
internal import SystemBase

/// One connection to a database, used by one thread at a time, which it makes wait: never longer
/// than the deadlines of its settings, however dead the other end is.
///
/// https://www.postgresql.org/docs/15/libpq-async.html. The asynchronous functions and poll(2)
/// alone: no call of libpq waits here.
///
/// SAFETY: the handle is opaque to Swift, and only libpq reads it. The type is not copyable, so
/// that one owner at one time has it; `deinit` frees it once. Texts and arrays are passed for the
/// time of one call, and libpq copies what it sends.
@safe
package struct PostgreSQLConnection: ~Copyable {
  let library: PostgreSQLLibrary
  let handle: OpaquePointer
  private let statementTime: Duration
  private var names: [String: String] = [:]
  /// Whether the connection is of no use any more.
  package private(set) var isLost = false

  init(_ library: PostgreSQLLibrary, adopting handle: OpaquePointer, _ statementTime: Duration) {
    self.library = library
    unsafe self.handle = handle
    self.statementTime = statementTime
  }

  deinit {
    unsafe library.functions.PQfinish(handle)
  }

  /// Closes the connection: `deinit` does it, here and not later.
  package consuming func close() {}

  /// Runs statements without values, one after another; what they return is dropped.
  ///
  /// - Returns: the command tag of the last one, for instance `COMMIT`.
  /// - Throws: `PostgreSQLFailure` of the first that fails.
  @discardableResult
  package mutating func execute(_ sql: String) throws(PostgreSQLFailure) -> String {
    ThreadRole.assertMayWaitForDisk()
    let deadline = ContinuousClock.now + statementTime
    guard unsafe library.functions.PQsendQuery(handle, sql) == 1 else { throw lost() }
    var tag = ""
    let functions = library.functions
    unsafe try collect(until: deadline) { result in
      tag = unsafe functions.PQcmdStatus(result).map { unsafe String(cString: $0) } ?? ""
    }
    return tag
  }

  /// Begins a transaction, where a row is there that it may go on by.
  ///
  /// - Parameter source: `FROM` and what follows, with at most one row; empty for none that is
  ///   needed.
  /// - Returns: its number, by which pg_xact_status(xid8) knows it; nil where there is no row: the
  ///   transaction has begun then, too.
  /// - Throws: `PostgreSQLFailure` where there is none then.
  package mutating func begin(_ source: String = "") throws(PostgreSQLFailure) -> Int64? {
    ThreadRole.assertMayWaitForDisk()
    let deadline = ContinuousClock.now + statementTime
    let sql = "BEGIN; SELECT pg_current_xact_id() \(source)"
    guard unsafe library.functions.PQsendQuery(handle, sql) == 1 else { throw lost() }
    var number: Int64?
    let functions = library.functions
    unsafe try collect(until: deadline) { result in
      guard unsafe functions.PQntuples(result) == 1 else { return }
      let text = unsafe functions.PQgetvalue(result, 0, 0).map { unsafe String(cString: $0) }
      number = text.flatMap { Int64($0) }
    }
    return number
  }

  /// Runs one statement, which is prepared once, and reads each row of its result.
  ///
  /// - Throws: `PostgreSQLFailure`; what the statement did is undone then, where the server is
  ///   there to say so.
  package mutating func query<Result>(
    _ sql: String, _ values: [PostgreSQLValue] = [],
    _ read: (borrowing PostgreSQLRow) throws(PostgreSQLFailure) -> Result
  ) throws(PostgreSQLFailure) -> [Result] {
    var rows: [Result] = []
    unsafe try perform(sql, values) { (library, result) throws(PostgreSQLFailure) in
      for index in unsafe 0..<library.functions.PQntuples(result) {
        rows.append(try read(unsafe PostgreSQLRow(library, result, index)))
      }
    }
    return rows
  }

  /// Runs one statement for what it does.
  ///
  /// - Returns: how many rows it changed.
  /// - Throws: `PostgreSQLFailure`, as `query` does.
  @discardableResult
  package mutating func run(
    _ sql: String, _ values: [PostgreSQLValue] = []
  ) throws(PostgreSQLFailure) -> Int {
    var count = 0
    unsafe try perform(sql, values) { (library, result) throws(PostgreSQLFailure) in
      let text = unsafe library.functions.PQcmdTuples(result).map { unsafe String(cString: $0) }
      count = text.flatMap { Int($0) } ?? 0
    }
    return count
  }

  /// The first column of the first row, or nil where there is no row, or NULL.
  ///
  /// - Throws: `PostgreSQLFailure`, as `query` does.
  package mutating func scalar(
    _ sql: String, _ values: [PostgreSQLValue] = []
  ) throws(PostgreSQLFailure) -> Int64? {
    try query(sql, values) { (row) throws(PostgreSQLFailure) in
      row.isNull(0) ? nil : row.integer(0)
    }.first ?? nil
  }

  private mutating func perform(
    _ sql: String, _ values: [PostgreSQLValue],
    _ read: (PostgreSQLLibrary, OpaquePointer) throws(PostgreSQLFailure) -> Void
  ) throws(PostgreSQLFailure) {
    ThreadRole.assertMayWaitForDisk()
    let deadline = ContinuousClock.now + statementTime
    let name = try prepare(sql, until: deadline)
    let (library, handle) = unsafe (library, handle)
    let isSent = unsafe CallArguments(values.map(\.bytes)).withPointers { texts, lengths in
      let formats = [Int32](repeating: 1, count: values.count)
      return unsafe library.functions.PQsendQueryPrepared(
        handle, name, Int32(values.count), texts, lengths, formats, 1) == 1
    }
    guard isSent else { throw lost() }
    unsafe try collect(until: deadline) { (result) throws(PostgreSQLFailure) in
      unsafe try read(library, result)
    }
  }

  private mutating func prepare(
    _ sql: String, until deadline: ContinuousClock.Instant
  ) throws(PostgreSQLFailure) -> String {
    if let name = names[sql] { return name }
    let name = "s\(names.count)"
    guard unsafe library.functions.PQsendPrepare(handle, name, sql, 0, nil) == 1 else {
      throw lost()
    }
    unsafe try collect(until: deadline) { _ in }
    names[sql] = name
    return name
  }

  /// Reads all results of what was sent, so that the connection is free again, and keeps the first
  /// failure.
  private mutating func collect(
    until deadline: ContinuousClock.Instant,
    _ read: (OpaquePointer) throws(PostgreSQLFailure) -> Void
  ) throws(PostgreSQLFailure) {
    try flush(until: deadline)
    var failure: PostgreSQLFailure?
    while let result = unsafe try nextResult(until: deadline) {
      defer { unsafe library.functions.PQclear(result) }
      switch unsafe library.functions.PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
        guard failure == nil else { continue }
        do throws(PostgreSQLFailure) {
          unsafe try read(result)
        } catch {
          failure = error
        }
      default: failure = failure ?? (unsafe self.failure(of: result))
      }
    }
    if unsafe library.functions.PQstatus(handle) == CONNECTION_BAD { isLost = true }
    guard let failure else {
      if isLost { throw lost() }
      return
    }
    if failure.isConnectionLost { isLost = true }
    throw failure
  }

  private mutating func flush(
    until deadline: ContinuousClock.Instant
  ) throws(PostgreSQLFailure) {
    while true {
      switch unsafe library.functions.PQflush(handle) {
      case 0: return
      case 1:
        // What the server has to say meanwhile must be read, or neither side goes on.
        try wait(for: POLLIN | POLLOUT, until: deadline)
        guard unsafe library.functions.PQconsumeInput(handle) == 1 else { throw lost() }
      default: throw lost()
      }
    }
  }

  private mutating func nextResult(
    until deadline: ContinuousClock.Instant
  ) throws(PostgreSQLFailure) -> OpaquePointer? {
    while unsafe library.functions.PQisBusy(handle) == 1 {
      try wait(for: POLLIN, until: deadline)
      guard unsafe library.functions.PQconsumeInput(handle) == 1 else { throw lost() }
    }
    return unsafe library.functions.PQgetResult(handle)
  }

  private mutating func wait(
    for events: Int32, until deadline: ContinuousClock.Instant
  ) throws(PostgreSQLFailure) {
    let socket = unsafe library.functions.PQsocket(handle)
    guard Self.isReady(socket, events, until: deadline) else {
      isLost = true
      throw PostgreSQLFailure(
        .connection, "The database did not answer within \(statementTime.components.seconds) s.")
    }
  }

  private mutating func lost() -> PostgreSQLFailure {
    isLost = true
    return PostgreSQLFailure(.connection, message)
  }

  /// What libpq says of the last failure.
  var message: String {
    let text = unsafe library.functions.PQerrorMessage(handle)
    return unsafe text.map { unsafe String(cString: $0).oneLine } ?? "no memory"
  }

  private func failure(of result: OpaquePointer) -> PostgreSQLFailure {
    // PG_DIAG_SQLSTATE is the character C.
    let field = unsafe library.functions.PQresultErrorField(result, Int32(UInt8(ascii: "C")))
    let text = unsafe library.functions.PQresultErrorMessage(result)
    let message = unsafe text.map { unsafe String(cString: $0).oneLine } ?? "no memory"
    // A connection that is lost has no SQLSTATE.
    guard let state = unsafe field.map({ unsafe String(cString: $0) }) else {
      return PostgreSQLFailure(.connection, message)
    }
    return PostgreSQLFailure(.statement(state: state), message)
  }
}
