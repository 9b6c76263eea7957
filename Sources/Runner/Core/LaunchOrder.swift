/// What the launcher needs to know to run one job.
package struct LaunchOrder: Sendable {
  /// Unique among all jobs of this process.
  package let number: UInt64
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
  /// Told before `run` returns.
  package let bill: JobBill

  package init(
    number: UInt64, entry: Int, arguments: [String], demands: JobDemands,
    secondsLeft: UInt32? = nil, stdin: [UInt8] = [], stdout: CapturedOutput, stderr: CapturedOutput,
    bill: JobBill
  ) {
    self.demands = demands
    self.secondsLeft = secondsLeft
    self.stdin = stdin
    self.bill = bill
    self.number = number
    self.entry = entry
    self.arguments = arguments
    self.stdout = stdout
    self.stderr = stderr
  }
}
