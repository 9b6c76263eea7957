/// One entry, as it was sealed, and what was prepared for it.
struct SealedEntry {
  let policy: EntryPolicy
  /// The filter that refuses, by which a refused call is judged where the loaded one notifies.
  let filter: [BPFInstruction]
  let fixed: LaunchCall.Fixed
  let arguments: CompiledArgumentRules
  let argumentFolders: ArgumentFolders
  var executable: Executable
  let kind: CellKind
  /// Number of its kind of cell; nil where nothing of a cell is used.
  let cell: Int?
  let enforcement: Enforcement
}
