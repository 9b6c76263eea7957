/// Why one value is refused, independent of its setting.
package struct ValueError: Error, Hashable, Sendable {
  /// One or two sentences.
  package let why: String

  package init(_ why: String) {
    self.why = why
  }
}
