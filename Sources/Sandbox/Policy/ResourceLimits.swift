/// All limits of a job. The defaults fit an hour of transcoding.
package struct ResourceLimits: Hashable, Sendable {
  /// Processor time in seconds; SIGXCPU at this, SIGKILL `cpuGraceSeconds` later.
  package var cpuSeconds: UInt64 = 3600
  /// Bytes of the largest file that may be written.
  package var fileBytes: UInt64 = 16 << 30
  /// Open descriptors of each process.
  package var openFiles: UInt64 = 1024
  /// Processes and threads of the uid that the job has.
  package var processes: UInt64 = 256
  /// Bytes of private writable memory of each process.
  package var dataBytes: UInt64 = 4 << 30
  /// Bytes of stack of each process.
  package var stackBytes: UInt64 = 8 << 20
  /// Bytes of memory that each process may lock.
  package var lockedBytes: UInt64 = 8 << 20

  /// Seconds between the processor-time warning and the kill.
  package static let cpuGraceSeconds: UInt64 = 5
  /// Signals that may wait for a process at one time.
  package static let pendingSignals: UInt64 = 1024

  /// Limits with their defaults.
  package init() {}

  /// Every limit that is set, in the order in which it is set.
  package var all: [ResourceLimit] {
    [
      ResourceLimit(.cpuSeconds, soft: cpuSeconds, hard: cpuSeconds + Self.cpuGraceSeconds),
      ResourceLimit(.fileBytes, fileBytes),
      ResourceLimit(.dataBytes, dataBytes),
      ResourceLimit(.stackBytes, stackBytes),
      ResourceLimit(.coreBytes, 0),
      ResourceLimit(.processes, processes),
      ResourceLimit(.openFiles, openFiles),
      ResourceLimit(.lockedBytes, lockedBytes),
      ResourceLimit(.pendingSignals, Self.pendingSignals),
      ResourceLimit(.messageQueueBytes, 0),
      ResourceLimit(.nice, 0),
      ResourceLimit(.realtimePriority, 0),
    ]
  }
}
