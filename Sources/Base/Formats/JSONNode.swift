/// A value of a JSON or JSON5 text, and where it begins.
package struct JSONNode: Hashable, Sendable {
  /// Kind and content of a value, as RFC 8259, section 3, lists them.
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
    /// Name of the member, with its escapes resolved.
    package let key: String
    /// Where the key begins, in bytes from the start of the text.
    package let offset: Int
    /// Value of the member.
    package let value: JSONNode
  }

  /// Where the value begins, in bytes from the start of the text.
  package let offset: Int
  /// Kind and content of the value.
  package let content: Content
}
