/// The account that jobs run as when policy names one instead of the range.
package struct FixedIdentity: Hashable, Sendable {
  package let uid: UInt32
  package let gid: UInt32

  /// Nil for root and for "leave unchanged", as uid or as gid.
  package init?(uid: UInt32, gid: UInt32) {
    guard uid != 0, gid != 0, uid != .max, gid != .max else { return nil }
    self.uid = uid
    self.gid = gid
  }
}
