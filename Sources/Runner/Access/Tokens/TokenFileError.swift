package import TextFormats

/// Why a text is no token file, or a change of one cannot be made.
package struct TokenFileError: Error, Hashable, Sendable {
  /// Where in the text; nil where it is not of one place.
  package let position: SourcePosition?
  /// Path of the member at fault, as `tokens[2].may`; empty for the file as a whole.
  package let path: String
  /// What is wrong and what to do: sentences.
  package let text: String

  init(_ text: String, path: String = "", position: SourcePosition? = nil) {
    self.position = position
    self.path = path
    self.text = text
  }
}
