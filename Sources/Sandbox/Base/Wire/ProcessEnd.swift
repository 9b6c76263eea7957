/// How a job's main process ended, and what the job cost.
package struct ProcessEnd: Hashable, Sendable {
  /// What brought the end of a process about.
  package enum Cause: UInt32, Sendable {
    /// The process ended by itself, or by a signal that the launcher did not send.
    case itself = 0
    /// The job reached its limit on wall clock.
    case wallClock = 1
    /// A client asked for the end, by `terminate`.
    case terminated = 2
    /// The job's cgroup was out of memory.
    case memory = 3
    /// It made a call that its filter kills for.
    case filter = 4
  }

  /// True when `value` is a signal's number, false when it is an exit code.
  package var isSignal: Bool
  /// Exit code, 0 to 255, or number of the signal (wait(2)).
  package var value: Int32
  /// What brought the end about.
  package var cause: Cause
  /// Resources that the job used.
  package var usage: JobUsage
  /// Limits that the job met.
  package var limitsMet: LimitsMet
  /// Whether something of it still ran when its grace was over, and was killed.
  package var isKilledInGrace: Bool
  /// When its last process had ended: microseconds since 1970.
  package var endedAtMicroseconds: Int64
  /// System calls that were refused, each once, in the order of their first time. Empty unless the
  /// entry's policy diagnoses.
  package var refused: [RefusedCall]

  /// The end of a main process; by default no call was refused.
  package init(
    isSignal: Bool, value: Int32, cause: Cause, usage: JobUsage, refused: [RefusedCall] = [],
    limitsMet: LimitsMet = [], isKilledInGrace: Bool = false, endedAtMicroseconds: Int64 = 0
  ) {
    self.isSignal = isSignal
    self.value = value
    self.cause = cause
    self.usage = usage
    self.refused = refused
    self.limitsMet = limitsMet
    self.isKilledInGrace = isKilledInGrace
    self.endedAtMicroseconds = endedAtMicroseconds
  }
}
