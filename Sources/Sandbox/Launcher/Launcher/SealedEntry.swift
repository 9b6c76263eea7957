internal import SandboxBase

/// A sealed entry with everything that was prepared for its launches.
struct SealedEntry {
  let policy: EntryPolicy
  /// The filter that refuses, by which a refused call is judged where the loaded one notifies.
  let filter: [BPFInstruction]
  let fixed: LaunchCall.FixedPlan
  let arguments: CompiledArgumentRules
  let argumentFolders: ArgumentFolders
  var executable: Executable
  let spec: SandboxSpec
  /// Index of its sandbox spec; nil where nothing of a sandbox is used.
  let specIndex: Int?
  let enforcement: Enforcement
}
