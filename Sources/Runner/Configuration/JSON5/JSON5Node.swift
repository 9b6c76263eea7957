package import TextFormats

/// A value of a JSON5 document (spec.json5.org), and where it stands.
package struct JSON5Node: Hashable, Sendable {
  /// A JSON5 value, with the values in it.
  package enum Content: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number without point and exponent that fits.
    case integer(Int)
    /// Any other, the infinite ones and NaN too.
    case decimal(Double)
    case text(String)
    case list([JSON5Node])
    /// In the order of the file; of keys that occur twice, both.
    case object([JSON5Member])

    /// Name of the type, as an error message has it.
    package var kindName: String {
      switch self {
      case .null: "null"
      case .bool: "true or false"
      case .integer, .decimal: "a number"
      case .text: "a string"
      case .list: "a list"
      case .object: "an object"
      }
    }
  }

  /// Where the value begins.
  package let position: SourcePosition
  /// The value itself.
  package let content: Content
}

/// One key of an object and its value.
package struct JSON5Member: Hashable, Sendable {
  /// Name of the member, with its escapes resolved.
  package let key: String
  /// Where the key begins.
  package let position: SourcePosition
  /// Value of the member.
  package let value: JSON5Node
}
