/// A launch with all that it was given, on its way to the clone.
struct JobOrder {
  let request: LaunchRequest
  let entry: SealedEntry
  let stdio: JobDescriptors
  let cell: Cell?
  let slot: JobSlot
  let uid: UInt32
  let gid: UInt32
}
