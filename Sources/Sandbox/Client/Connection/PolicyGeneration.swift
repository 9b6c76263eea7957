package import SandboxBase

/// The entry table that a reload put in force.
package struct PolicyGeneration: Hashable, Sendable {
  /// The number of its first entry; the others follow. Numbers below are of tables before it, and
  /// are refused (`LaunchStep.retired`).
  package let firstEntry: Int
  /// What is in force for each entry of the table, in their order.
  package let enforcements: [Enforcement]
  /// What the table was made of; nil where the memory file that has it cannot be read.
  package let configuration: CompiledConfiguration?
}
