/// A value of a JSON or JSON5 text, and where it begins.
package struct JSONNode: Hashable, Sendable {
  package enum Content: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case text(String)
    case list([JSONNode])
    /// In the order of the text; of keys that occur twice, both.
    case object([Member])
  }

  /// One key of an object and its value.
  package struct Member: Hashable, Sendable {
    package let key: String
    /// Where the key begins, in bytes from the start of the text.
    package let offset: Int
    package let value: JSONNode
  }

  /// Where the value begins, in bytes from the start of the text.
  package let offset: Int
  package let content: Content
}
