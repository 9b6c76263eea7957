/// Everything the launcher needs to run one job.
package struct LaunchOrder: Sendable {
  /// Launch id: unique among all launches of this process.
  package let launchID: UInt64
  /// Index in the sealed whitelist.
  package let entry: Int
  /// What the program gets after its own name.
  package let arguments: [String]
  package let demands: JobDemands
  /// Whole seconds up to its deadline, at least 1; nil where it has none.
  package let secondsLeft: UInt32?
  /// What the program reads.
  package let stdin: [UInt8]
  package let stdout: CapturedOutput
  package let stderr: CapturedOutput
  /// Recorded before `run` returns.
  package let accounting: JobAccounting

  package init(
    launchID: UInt64, entry: Int, arguments: [String], demands: JobDemands,
    secondsLeft: UInt32? = nil, stdin: [UInt8] = [], stdout: CapturedOutput, stderr: CapturedOutput,
    accounting: JobAccounting
  ) {
    self.demands = demands
    self.secondsLeft = secondsLeft
    self.stdin = stdin
    self.accounting = accounting
    self.launchID = launchID
    self.entry = entry
    self.arguments = arguments
    self.stdout = stdout
    self.stderr = stderr
  }
}
