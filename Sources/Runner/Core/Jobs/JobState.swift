/// Where a job is in its life.
package enum JobState: Hashable, Sendable {
  case queued
  case running
  case finished(JobOutcome)

  /// The state without its outcome, by the name that clients use.
  package var status: JobQuery.Status {
    switch self {
    case .queued: .queued
    case .running: .running
    case .finished: .finished
    }
  }

  /// The only way from one state to the next.
  ///
  /// - Throws: `IllegalTransitionError` for any pair that the life of a job does not have.
  package func applying(_ event: JobEvent) throws(IllegalTransitionError) -> JobState {
    switch (self, event) {
    case (.queued, .started): .running
    case (.running, .requeued): .queued
    case (.queued, .ended(let outcome)), (.running, .ended(let outcome)): .finished(outcome)
    case (.running, .started), (.queued, .requeued), (.finished, _):
      throw IllegalTransitionError(from: self, event: event)
    }
  }
}

/// Events of the job state machine.
package enum JobEvent: Hashable, Sendable {
  /// The job was claimed, and goes to the launcher.
  case started(epoch: UInt64)
  /// The process or launcher of the job ended early, and the job is queued again.
  case requeued
  /// The job ended with this outcome.
  case ended(JobOutcome)
}

/// A transition that the life of a job does not have: a fault of ours, never of a client.
package struct IllegalTransitionError: Error, Hashable, Sendable {
  /// State of the job, which the event did not change.
  package let from: JobState
  /// Event that was refused.
  package let event: JobEvent
}
