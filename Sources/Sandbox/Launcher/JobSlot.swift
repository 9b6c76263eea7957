/// A place for one running job: an identity that no other running job has, and a cgroup.
final class JobSlot {
  let index: Int
  let uid: UInt32
  let gid: UInt32
  /// Made when the slot is first used; nil where the host has no usable cgroup v2.
  private(set) var cgroup: Cgroup?

  init(index: Int, uid: UInt32, gid: UInt32) {
    self.index = index
    self.uid = uid
    self.gid = gid
  }

  /// The descriptor that a child is born into; -1 without cgroups.
  func cgroupNumber(in tree: borrowing CgroupTree?) throws(SystemCallFailure) -> CInt {
    if cgroup == nil, tree != nil { cgroup = try Self.makeCgroup(index, in: tree!) }
    return cgroup?.folder.number ?? -1
  }

  /// Lets `body` use the cgroup, if there is one.
  func withCgroup<Value>(
    _ body: (borrowing Cgroup) throws(SystemCallFailure) -> Value
  ) throws(SystemCallFailure) -> Value? {
    guard cgroup != nil else { return nil }
    return try body(cgroup!)
  }

  private static func makeCgroup(
    _ index: Int, in tree: borrowing CgroupTree
  ) throws(SystemCallFailure) -> Cgroup {
    try Cgroup("slot-\(index)", in: tree.folder.number)
  }
}
