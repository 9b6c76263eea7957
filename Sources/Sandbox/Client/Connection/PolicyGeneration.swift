package import SandboxBase

/// The entry table that a reload put in force.
package struct PolicyGeneration: Hashable, Sendable {
  /// Its number: 1 for that of the first reload. Entries of generations before it are refused
  /// (`LaunchStep.retired`).
  package let number: UInt32
  /// What is in force for each entry of the table, in their order.
  package let enforcements: [Enforcement]
  /// What the table was made of; nil where the memory file that has it cannot be read.
  package let configuration: CompiledConfiguration?
}
