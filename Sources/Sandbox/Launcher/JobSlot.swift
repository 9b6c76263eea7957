/// A place for one running job: an identity that no other running job has.
struct JobSlot: Hashable {
  let index: Int
  let uid: UInt32
  let gid: UInt32
}
