import CSQLite
import Glibc
import RunnerCore

/// What SQLite said instead of doing what it was asked for.
struct SQLFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// SQLite's extended result code (https://sqlite.org/rescode.html).
  let code: Int32
  /// What the kernel said to SQLite, 0 where it was not the kernel.
  let errno: Int32
  let message: String

  var description: String { message }

  /// Damage that was found in another way than by a statement that failed.
  static func corruption(_ how: String) -> SQLFailure {
    SQLFailure(code: SQLITE_CORRUPT, errno: 0, message: "damage was found: \(how)")
  }

  /// Whether the disk has no room, or less than the owner may take.
  var isFull: Bool {
    code & 0xff == SQLITE_FULL || [ENOSPC, EDQUOT].contains(errno)
  }

  /// Whether the file is damaged, or no database at all.
  var isCorruption: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xff) }

  /// Whether the connections are in each other's way for good: one of them has kept a lock that it
  /// could not give back. A lock that somebody else holds for long (SQLITE_BUSY, an operator with
  /// sqlite3(1), say) is none of it: it goes away, and reading goes on meanwhile.
  var isLockProtocolError: Bool { code & 0xff == SQLITE_PROTOCOL }

  /// Whether a row broke a rule of its table.
  var isConstraintViolation: Bool {
    code & 0xff == SQLITE_CONSTRAINT || code & 0xff == SQLITE_MISMATCH
  }

  /// In the words of the port.
  var storeFailure: StoreFailure { isFull ? .full : .unusable(message) }
}
