/// What came of a launch order.
package enum LaunchResult: Hashable, Sendable {
  /// The launch is over, and so is the job.
  case ended(JobOutcome)
  /// It was terminated before the program was started: nothing of it ran.
  case notStarted
  /// A reload retired the entry before the program was started: nothing of it ran, and the order
  /// can be given again for the entry that is in force now.
  case retired

  /// The outcome of the job where it is not launched again.
  package var outcome: JobOutcome {
    switch self {
    case .ended(let outcome): outcome
    case .notStarted, .retired: .cancelled(code: nil)
    }
  }
}
