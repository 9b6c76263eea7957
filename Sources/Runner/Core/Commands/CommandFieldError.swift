/// A field of a command that a request gave wrong, or did not give.
package struct CommandFieldError: Error, Hashable, Sendable {
  /// Its name.
  package let field: String
  /// What is wrong, and what it takes: a sentence.
  package let why: String

  init(_ field: String, _ why: String) {
    self.field = field
    self.why = why
  }
}
