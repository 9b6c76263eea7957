/// A value that a statement takes, in its binary form. The server finds the type of a parameter in
/// the statement, which must be `bigint` for an integer: `$1::int8` where a column has another one.
package enum PostgreSQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  /// Without a NUL, which the server refuses.
  case text(String)
  case bytes([UInt8])

  /// A number, or NULL.
  package static func optional(_ number: Int64?) -> PostgreSQLValue {
    number.map(PostgreSQLValue.integer) ?? .null
  }

  /// A text, or NULL.
  package static func optional(_ text: String?) -> PostgreSQLValue {
    text.map(PostgreSQLValue.text) ?? .null
  }

  /// Its bytes as the protocol has them; nil for NULL.
  var bytes: [UInt8]? {
    switch self {
    case .null: nil
    case .integer(let number): (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    case .text(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    }
  }
}
