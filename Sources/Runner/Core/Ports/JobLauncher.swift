/// The port to the launcher, which runs programs in sandboxes. The core never sees a process.
package protocol JobLauncher: Sendable {
  /// Runs one program, and returns when it and all its descendants have ended.
  ///
  /// Output goes to the observers of the order while the program runs; after the return there is
  /// no more. It does not throw: a failed launch is an outcome.
  ///
  /// Before its first suspension, the launch id of the order must be known to `terminate`.
  func run(_ order: LaunchOrder) async -> LaunchResult

  /// Terminates a job by the escalation TERM, grace period, KILL, if it still runs. Returns at
  /// once.
  func terminate(_ launchID: UInt64)

  /// Freezes all processes of a job, or thaws them. Its time limit goes on, and it may end while it
  /// is frozen.
  ///
  /// - Returns: nil on success; else the reason of the failure, in one sentence for the client.
  func setFrozen(_ launchID: UInt64, _ isFrozen: Bool) async -> String?

  /// What a job uses: processor time up to now, and memory now.
  ///
  /// - Returns: nil where it is not known: the job does not run yet, or is being ended.
  func resources(of launchID: UInt64) async -> JobResources?
}
