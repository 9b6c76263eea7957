/// All limits of each process of a job. The defaults fit a transcoder: what ends a job by default
/// is its wall clock and its memory.
package struct ResourceLimits: Hashable, Sendable {
  /// Processor time of all threads in seconds; SIGXCPU at this, SIGKILL `cpuGraceSeconds` later.
  /// Unlimited by default: it would end a job with many threads long before its wall clock does.
  package var cpuSeconds: UInt64 = ResourceLimit.unlimited
  /// Bytes of the largest file that may be written.
  package var fileBytes: UInt64 = 1 << 40
  /// Open descriptors of each process.
  package var openFiles: UInt64 = 4096
  /// Processes and threads of the uid that the job has. The default is that of a host with few
  /// processors.
  package var processes: UInt64 = 256
  /// Bytes of private writable address space of each process, used or not: stacks and arenas of all
  /// threads count. Unlimited by default: `CgroupLimits.memoryBytes` bounds what is used.
  package var dataBytes: UInt64 = ResourceLimit.unlimited
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

  private var cpuHardSeconds: UInt64 {
    cpuSeconds == ResourceLimit.unlimited ? cpuSeconds : cpuSeconds + Self.cpuGraceSeconds
  }

  /// Every limit that is set, in the order in which it is set.
  package var all: [ResourceLimit] {
    [
      ResourceLimit(.cpuSeconds, soft: cpuSeconds, hard: cpuHardSeconds),
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
