/// The port to whatever runs programs. The core never sees a process.
package protocol Launching: Sendable {
  /// Runs one program to its end, and everything that it left behind to theirs.
  ///
  /// Output goes to the order's two streams while the program runs; when this returns, no more
  /// comes. It does not throw: a launch that failed is an outcome.
  ///
  /// By its first suspension, `terminate` must be able to find the order's number.
  func run(_ order: LaunchOrder) async -> JobOutcome

  /// Ends job `number` by the ladder (TERM, grace, KILL), if it still runs. Returns at once.
  func terminate(_ number: UInt64)

  /// Stops everything of job `number` where it stands, or lets it go on. Its time goes on, and its
  /// end is an end all the same.
  ///
  /// - Returns: nil once it is so; else why not, in one sentence for the client.
  func freeze(_ number: UInt64, _ isFrozen: Bool) async -> String?
}
