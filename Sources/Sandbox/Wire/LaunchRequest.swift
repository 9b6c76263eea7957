/// One launch, as it is asked for: a number from the sealed table, arguments, and what is to be
/// stricter than the table; nothing that could name a path, an identity or a weaker policy.
package struct LaunchRequest: Hashable, Sendable {
  /// The asker's name for the launch, one of `numbers`; unique while it lives.
  package let number: UInt64
  package let entry: UInt32
  package let arguments: ArgumentList
  package let tightening: LaunchTightening

  /// The launcher tells a job's events by its number and three bits more: a longer number would
  /// pass for another job's.
  package static let numbers: ClosedRange<UInt64> = 1...(1 << 61 - 1)

  package init(
    number: UInt64, entry: UInt32, arguments: ArgumentList,
    tightening: LaunchTightening = LaunchTightening()
  ) {
    self.number = number
    self.entry = entry
    self.arguments = arguments
    self.tightening = tightening
  }
}
