/// What arguments a request may give to an entry. Empty rules allow any.
package struct ArgumentRules: Hashable, Sendable {
  /// Put before the request's own, always.
  package var first: [String] = []
  /// If not empty, the request's arguments must be a row of these sequences; each element is an
  /// `ArgumentPattern` as text.
  package var allow: [[String]] = []
  /// No argument of the request may match one of these patterns.
  package var deny: [String] = []
  /// How many arguments a request may give.
  package var countMax: UInt32 = 4096

  package init() {}
}
