/// Why PostgreSQL did not do what it was asked.
package struct PostgreSQLFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// How far a statement came.
  package enum Kind: Hashable, Sendable {
    /// There is no connection, or it was lost: what was sent may have been done, or not.
    case connection
    /// The server refused the statement, and its transaction with it: the five characters of its
    /// SQLSTATE (https://www.postgresql.org/docs/15/errcodes-appendix.html).
    case statement(state: String)
  }

  /// How far the statement came.
  package let kind: Kind
  /// One sentence, of libpq or of the server.
  package let message: String

  package var description: String { message }

  /// A failure of one kind, with what libpq or the server says.
  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// Whether the connection is gone: lost, or ended by the server (class 08, 57P01 to 57P05,
  /// 25P03).
  package var isConnectionLost: Bool {
    switch kind {
    case .connection: true
    case .statement(let state):
      state.hasPrefix("08") || state.hasPrefix("57P") || state == "25P03"
    }
  }

  /// Whether the same transaction may succeed when it is repeated at once: serialization failure,
  /// deadlock, lock not available.
  package var isConflict: Bool {
    guard case .statement(let state) = kind else { return false }
    return ["40001", "40P01", "55P03"].contains(state)
  }
}
