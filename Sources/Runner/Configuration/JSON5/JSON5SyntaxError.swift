package import TextFormats

/// What is wrong with the form of a JSON5 document.
package struct JSON5SyntaxError: Error, Hashable, Sendable {
  /// Where the document ceases to be JSON5.
  package let position: SourcePosition
  /// What is wrong there: a sentence without its full stop.
  package let why: String
}
