/// Why one value is refused, independent of its setting.
package struct ValueError: Error, Hashable, Sendable {
  /// What is wrong with the value and what it must be: one or two sentences.
  package let why: String
  /// Whether the value may be secret, and must not be shown beside the reason.
  package let hidesValue: Bool

  /// A refusal for this reason: one or two sentences.
  package init(_ why: String, hidesValue: Bool = false) {
    self.why = why
    self.hidesValue = hidesValue
  }
}
