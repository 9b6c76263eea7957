/// A launch with all that it was given, on its way to the clone.
struct PreparedLaunch {
  let request: LaunchRequest
  let entry: SealedEntry
  /// The entry's policy, as strict as the request wants it.
  let policy: EntryPolicy
  /// The program's arguments: policy's own first, then the request's.
  let arguments: [String]
  let stdio: JobDescriptors
  let sandbox: PrebuiltSandbox?
  let slot: JobSlot
  let uid: UInt32
  let gid: UInt32
}
