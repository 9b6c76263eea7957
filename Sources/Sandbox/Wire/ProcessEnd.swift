/// How a job's main process ended, and what it and the children it waited for cost.
package struct ProcessEnd: Hashable, Sendable {
  /// Who brought the end about.
  package enum Cause: UInt32, Sendable {
    case itself = 0
    case wallClock = 1
    case terminated = 2
  }

  /// True when `value` is a signal's number, false when it is an exit code.
  package let isSignal: Bool
  package let value: Int32
  package let cause: Cause
  package let userMicroseconds: UInt64
  package let systemMicroseconds: UInt64
  /// Of the largest process.
  package let peakMemoryKibibytes: UInt64

  package init(
    isSignal: Bool, value: Int32, cause: Cause, userMicroseconds: UInt64,
    systemMicroseconds: UInt64, peakMemoryKibibytes: UInt64
  ) {
    self.isSignal = isSignal
    self.value = value
    self.cause = cause
    self.userMicroseconds = userMicroseconds
    self.systemMicroseconds = systemMicroseconds
    self.peakMemoryKibibytes = peakMemoryKibibytes
  }
}
