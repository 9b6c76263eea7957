/// The entry table that a reload put in force.
package struct PolicyGeneration: Hashable, Sendable {
  /// The number of its first entry; the others follow. Numbers below are of tables before it, and
  /// are refused (`LaunchStep.retired`).
  package let firstEntry: Int
  /// What is in force for each entry.
  package let enforcements: [Enforcement]
  /// The file that it was made of.
  package let text: [UInt8]
}
