/// How a job's main process ended, and what the job cost.
package struct ProcessEnd: Hashable, Sendable {
  /// Who brought the end about.
  package enum Cause: UInt32, Sendable {
    case itself = 0
    case wallClock = 1
    case terminated = 2
    /// The job's cgroup was out of memory.
    case memory = 3
    /// It made a call that its filter kills for.
    case filter = 4
  }

  /// True when `value` is a signal's number, false when it is an exit code.
  package var isSignal: Bool
  package var value: Int32
  package var cause: Cause
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
