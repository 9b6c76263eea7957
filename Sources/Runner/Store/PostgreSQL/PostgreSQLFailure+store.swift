import PostgreSQLBase
import RunnerCore

extension PostgreSQLFailure {
  /// A state of our own, in a class that SQL leaves to implementations.
  private static let takenOverState = "HR001"
  private static let leaseOverState = "HR002"

  /// Another service has taken the name of this node since, and its jobs.
  static func takenOver(_ node: String) -> PostgreSQLFailure {
    PostgreSQLFailure(
      .statement(state: takenOverState),
      "Another service was started as the node \(node), and has its jobs.")
  }

  /// The lease of this node is over by the database's clock; a renewal may bring it back.
  static let leaseOver = PostgreSQLFailure(
    .statement(state: leaseOverState),
    "The lease of this node is over: it claims no job until it has renewed it.")

  /// The failure as the port `JobStore` has it, of an operation without effect.
  var storeFailure: StoreFailure {
    if isConnectionLost { return .away(message) }
    guard case .statement(let state) = kind else { return .away(message) }
    switch state {
    case Self.takenOverState: return .fenced
    case Self.leaseOverState: return .away(message)
    // disk_full, configuration_limit_exceeded
    case "53100", "53400": return .full
    // out_of_memory, too_many_connections, query_canceled by a timeout, a server that became a
    // standby, lock_not_available
    case "53200", "53300", "57014", "25006", "55P03": return .away(message)
    // Serialization failure and deadlock; a password that is being changed.
    case _ where state.hasPrefix("40") || state.hasPrefix("28"): return .away(message)
    default: return .unusable("\(message) (SQLSTATE \(state))")
    }
  }
}

extension PostgreSQLValue {
  /// The same value for another database.
  init(_ value: SQLValue) {
    switch value {
    case .null: self = .null
    case .integer(let number): self = .integer(number)
    case .text(let text): self = .text(text)
    case .blob(let bytes): self = .bytes(bytes)
    }
  }
}

extension PostgreSQLRow: StoredRow {}
