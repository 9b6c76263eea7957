/// An identity that at most one running job has.
struct JobSlot: Hashable {
  let index: Int
  let uid: UInt32
  let gid: UInt32
}
