/// The account that jobs run as when policy names one instead of the range.
package struct FixedIdentity: Hashable, Sendable {
  /// User id of the jobs: real, effective and saved.
  package let uid: UInt32
  /// Group id of the jobs.
  package let gid: UInt32

  /// An identity; nil for root and for -1, "leave unchanged", as uid or as gid.
  package init?(uid: UInt32, gid: UInt32) {
    guard uid != 0, gid != 0, uid != .max, gid != .max else { return nil }
    self.uid = uid
    self.gid = gid
  }
}
