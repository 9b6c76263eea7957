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
}

/// What the launcher needs to know to run one job.
package struct LaunchOrder: Sendable {
  /// Unique among all jobs of this process.
  package let number: UInt64
  /// Index in the sealed whitelist.
  package let entry: Int
  /// What the program gets after its own name.
  package let arguments: [String]
  package let demands: JobDemands
  package let stdout: CapturedOutput
  package let stderr: CapturedOutput
  /// Told before `run` returns.
  package let bill: JobBill

  package init(
    number: UInt64, entry: Int, arguments: [String], demands: JobDemands, stdout: CapturedOutput,
    stderr: CapturedOutput, bill: JobBill
  ) {
    self.demands = demands
    self.bill = bill
    self.number = number
    self.entry = entry
    self.arguments = arguments
    self.stdout = stdout
    self.stderr = stderr
  }
}
