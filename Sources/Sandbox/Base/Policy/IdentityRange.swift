/// Numeric user and group ids that belong to this service alone.
///
/// The first is the API process's, the second the sweeper's (see launch_sweep.c), the third that of
/// the processes that hold sandboxes (see sandbox_init.c), each of the others belongs to at most
/// one running job at a time. Uid and gid of a job are the same number.
package struct IdentityRange: Hashable, Sendable {
  /// The lowest id of the range, which the API process has.
  package let first: UInt32
  /// The highest id of the range.
  package let last: UInt32

  /// The lowest id that can be in a range: below are system accounts.
  package static let lowest: UInt32 = 1000
  /// The lowest id that is in no account's reach, where the user namespace has such ids: below are
  /// ordinary accounts and `nobody`.
  package static let lowestUnowned: UInt32 = 65_536
  /// The highest: -1 means "leave unchanged" to setresuid(2), and -2 is the overflow id's sibling.
  package static let highest: UInt32 = 4_294_967_293
  /// Ids at the start of the range that no job gets.
  package static let reserved = 3

  /// A range; nil unless `lowest <= first`, `last <= highest` and there is room for one job.
  package init?(first: UInt32, last: UInt32) {
    guard first >= Self.lowest, last <= Self.highest, last >= first,
      last - first >= UInt32(Self.reserved)
    else { return nil }
    self.first = first
    self.last = last
  }

  /// Uid and gid of the API process.
  package var service: UInt32 { first }
  /// The real uid of the process that ends what a job left behind.
  package var sweeper: UInt32 { first + 1 }
  /// The uid and gid of the processes that hold sandboxes.
  package var sandboxInit: UInt32 { first + 2 }
  /// How many jobs can run at one time.
  package var jobCount: Int { Int(last - first) + 1 - Self.reserved }
  /// Uid and gid of the job in slot `index`, counted from 0.
  package func job(_ index: Int) -> UInt32 { first + UInt32(Self.reserved + index) }
}
