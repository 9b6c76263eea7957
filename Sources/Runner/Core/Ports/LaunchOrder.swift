package import SharedBounds

/// Everything the launcher needs to run one job.
package struct LaunchOrder: Sendable {
  /// Launch id: unique among all launches of this process.
  package let launchID: UInt64
  /// The entry, of the generation that was in force when the order was made.
  package let entry: EntryID
  /// Arguments of the program, without its own name.
  package let arguments: [String]
  /// The same, byte for byte, where one of them is no UTF-8; nil where the texts say all.
  package let rawArguments: [[UInt8]]?
  /// Time limit, resource limits and environment of the request, within the policy of the entry.
  package let demands: JobDemands
  /// Seconds that the program may run where the request demands no less.
  package let wallClockSeconds: UInt32
  /// Whole seconds up to its deadline, at least 1; nil where it has none.
  package let secondsLeft: UInt32?
  /// Bytes that the program reads as its standard input.
  package let stdin: [UInt8]
  /// The job, where files go with it; nil where none do.
  package let filesOf: JobID?
  /// Takes the standard output and the standard error of the program, for all that observe them.
  package let output: OutputTee
  /// What reads the progress of the program; nil where nothing does.
  package let progress: ProgressMonitor?
  /// Recorded before `run` returns.
  package let accounting: JobAccounting

  /// An order for one launch; by default without a deadline, and with an empty standard input.
  ///
  /// - Parameter observers: all that take its output, in the order in which they get each piece.
  package init(
    launchID: UInt64, entry: EntryID, arguments: [String],
    rawArguments: [[UInt8]]? = nil, demands: JobDemands,
    wallClockSeconds: UInt32, secondsLeft: UInt32? = nil, stdin: [UInt8] = [],
    filesOf: JobID? = nil,
    observers: [any OutputObserver], progress: ProgressMonitor? = nil,
    accounting: JobAccounting
  ) {
    self.demands = demands
    self.wallClockSeconds = wallClockSeconds
    self.secondsLeft = secondsLeft
    self.stdin = stdin
    self.filesOf = filesOf
    self.accounting = accounting
    self.launchID = launchID
    self.entry = entry
    self.arguments = arguments
    self.rawArguments = rawArguments
    self.progress = progress
    self.output = OutputTee(observers + [progress].compactMap { $0 })
  }
}
