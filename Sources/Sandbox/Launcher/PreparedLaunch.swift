/// A launch request with every resource that was acquired for it, before the clone.
struct PreparedLaunch {
  let request: LaunchRequest
  let entry: SealedEntry
  /// The entry's policy, tightened by the request.
  let policy: EntryPolicy
  /// The program's arguments: policy's own first, then the request's.
  let arguments: [[UInt8]]
  let stdio: JobDescriptors
  let sandbox: PrebuiltSandbox?
  let slot: JobSlot
  let uid: UInt32
  let gid: UInt32
}
