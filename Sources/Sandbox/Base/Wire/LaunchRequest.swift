package import SharedBounds

/// One launch, as it is asked for: an entry of the sealed table, arguments, and what is to be
/// stricter than the table; nothing that could name a path, an identity or a weaker policy.
package struct LaunchRequest: Hashable, Sendable {
  /// The client's number for the launch, one of `launchIDs`; unique while the launch lives.
  package let launchID: UInt64
  /// The entry; one of a generation that a reload replaced is refused (`LaunchStep.retired`).
  package let entry: EntryID
  /// Arguments behind the program's name.
  package let arguments: ArgumentList
  /// What is to be stricter than the entry's policy, and variables.
  package let tightening: LaunchTightening
  /// Whether the last descriptor of the message is the folder of the job's files.
  package let hasFiles: Bool

  /// The launcher tells a job's events by its number and three bits more: a longer number would
  /// pass for another job's.
  package static let launchIDs: ClosedRange<UInt64> = 1...(1 << 61 - 1)

  /// A request; by default nothing is stricter than the entry's policy.
  package init(
    launchID: UInt64, entry: EntryID, arguments: ArgumentList,
    tightening: LaunchTightening = LaunchTightening(), hasFiles: Bool = false
  ) {
    self.launchID = launchID
    self.entry = entry
    self.arguments = arguments
    self.tightening = tightening
    self.hasFiles = hasFiles
  }
}
