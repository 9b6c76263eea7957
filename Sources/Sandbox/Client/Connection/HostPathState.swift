package import SharedBounds

/// Whether the host paths of an entry are there, as the launcher found them.
package struct HostPathState: Hashable, Sendable {
  /// The entry, of the generation that the launcher has.
  package let entry: EntryID
  /// Which path is not there, and why; empty where all are.
  package let missing: String
  /// Counts up: of two states of one entry that with the higher number is the later one.
  package let number: UInt64
}
