/// An entry as it is sent to the launcher: its policy, and the filters compiled for its profile.
package struct CompiledEntry: Hashable, Sendable {
  /// How the jobs of the entry are confined.
  package let policy: EntryPolicy
  /// Program that is loaded for a job, at most `BPFInstruction.countMax` instructions.
  package let filter: [BPFInstruction]
  /// The same with a notification where that refuses; empty unless the policy diagnoses.
  package let notifyingFilter: [BPFInstruction]

  /// An entry with the filters that were compiled for its policy.
  package init(
    policy: EntryPolicy, filter: [BPFInstruction], notifyingFilter: [BPFInstruction] = []
  ) {
    self.policy = policy
    self.filter = filter
    self.notifyingFilter = notifyingFilter
  }
}
