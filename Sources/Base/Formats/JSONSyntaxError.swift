/// Why a text is not the JSON that was asked for, and where.
package struct JSONSyntaxError: Error, Hashable, Sendable {
  /// What is wrong, for callers that answer some faults in words of their own.
  package enum Kind: Hashable, Sendable {
    case syntax
    /// The text is empty or white space only.
    case empty
    /// The string that begins at `offset`, or the byte there, is not UTF-8.
    case encoding
    /// A name that stands twice in one object.
    case repeated(String)
  }

  /// What is wrong.
  package let kind: Kind
  /// In bytes from the start of the text.
  package let offset: Int
  /// A sentence without its full stop, in the words of the dialect.
  package let reason: String
}
