/// The port to whatever runs programs. The core never sees a process.
package protocol JobLauncher: Sendable {
  /// Runs one program to its end, and everything that it left behind to theirs.
  ///
  /// Output goes to the order's two streams while the program runs; when this returns, no more
  /// comes. It does not throw: a launch that failed is an outcome.
  ///
  /// By its first suspension, `terminate` must be able to find the order's number.
  func run(_ order: LaunchOrder) async -> JobOutcome

  /// Ends job `launchID` by the ladder (TERM, grace, KILL), if it still runs. Returns at once.
  func terminate(_ launchID: UInt64)

  /// Stops everything of job `launchID` where it stands, or lets it go on. Its time goes on, and its
  /// end is an end all the same.
  ///
  /// - Returns: nil once it is so; else why not, in one sentence for the client.
  func setFrozen(_ launchID: UInt64, _ isFrozen: Bool) async -> String?
}
