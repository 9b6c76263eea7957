import CSQLite
import Glibc
import RunnerCore

/// A failure that SQLite reported.
struct SQLFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// SQLite's extended result code (https://sqlite.org/rescode.html).
  let code: Int32
  /// Error number that the kernel gave to SQLite; 0 where the kernel was not the cause.
  let errno: Int32
  let message: String

  var description: String { message }

  /// Corruption that was found by other means than a failed statement.
  static func corruption(_ how: String) -> SQLFailure {
    SQLFailure(code: SQLITE_CORRUPT, errno: 0, message: "damage was found: \(how)")
  }

  /// The file of an open database is not at its path any more (SQLITE_READONLY_DBMOVED): what is
  /// written to it is gone when it is closed.
  static let moved = SQLFailure(
    code: SQLITE_READONLY | 4 << 8, errno: 0,
    message: "the file was removed or replaced while it is in use")

  /// Whether it is `moved`.
  var isMove: Bool { code == Self.moved.code }

  /// SQLITE_IOERR_SHMSIZE: the index of the log could not be made longer.
  private static let indexSize: Int32 = 4874

  /// Whether the disk has no room, or less than the owner may take.
  var isFull: Bool {
    code & 0xff == SQLITE_FULL || code == Self.indexSize || [ENOSPC, EDQUOT].contains(errno)
  }

  /// Whether the file is corrupted, or no database at all.
  var isCorruption: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xff) }

  /// Whether the connections of this process block each other for good (SQLITE_PROTOCOL): one of
  /// them has a lock that it could not release. A lock of another process (SQLITE_BUSY, for
  /// instance of an operator with sqlite3(1)) is different: it goes away, and reading goes on
  /// meanwhile.
  var isLockProtocolError: Bool { code & 0xff == SQLITE_PROTOCOL }

  /// Whether a row violated a constraint of its table.
  var isConstraintViolation: Bool {
    code & 0xff == SQLITE_CONSTRAINT || code & 0xff == SQLITE_MISMATCH
  }

  /// The failure as the port `JobStore` has it.
  var storeFailure: StoreFailure { isFull ? .full : .unusable(message) }
}
