internal import SharedBounds

/// What arguments a request may give to an entry. Empty rules allow any.
package struct ArgumentRules: Hashable, Sendable {
  /// Arguments before those of the request, for every job; no rule applies to them.
  package var first: [String] = []
  /// Arguments behind those where a launch comes with a descriptor for progress, which is the job's
  /// descriptor 3.
  package var progress: [String] = []
  /// If not empty, the request's arguments must be a row of these sequences; each element is an
  /// `ArgumentPattern` as text.
  package var allow: [[String]] = []
  /// No argument of the request may match one of these patterns. They win over `allow`.
  package var deny: [String] = []
  /// How many arguments a request may give, 0 to `ArgumentBounds.countMax`, the default.
  package var countMax = UInt32(ArgumentBounds.countMax)

  /// Sequences in `allow` at most, and patterns in `deny` at most.
  package static let rowsMax = 256
  /// Patterns in one sequence at most.
  package static let sequenceMax = 16
  /// Bytes of one argument at most, where it has to pass patterns.
  package static let argumentBytesMax = 4096

  /// Rules that allow any arguments.
  package init() {}
}
