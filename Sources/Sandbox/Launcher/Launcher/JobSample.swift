internal import Glibc
internal import SandboxBase

/// What was seen of a job's processes while it ran: for limits that no event of the kernel reports.
struct JobSample: Hashable {
  /// Limits that one of its samples was at.
  var met: LimitsMet = []
  /// The most memory of one sample.
  var memoryBytesMax: UInt64 = 0
  /// Bytes in memory files that its processes hold, at the last look.
  var memoryFileBytes: UInt64 = 0
  /// Samples until memory files are looked at again.
  var untilMemoryFiles = 0
}

extension RunningJob {
  /// The limits that a job met, by how it ended and by what was seen of it.
  func limitsMet(by end: ProcessEnd) -> LimitsMet {
    var met = sample.met
    switch end.cause {
    case .wallClock: met.insert(.wallClock)
    case .memory: met.insert(.memory)
    case .itself, .terminated, .filter: break
    }
    if end.isDue(to: SIGXFSZ) { met.insert(.fileSize) }
    if limits.cpuSeconds != ResourceLimit.unlimited, end.isDue(to: SIGXCPU) { met.insert(.cpu) }
    return met
  }
}

extension ResourceLimits {
  /// Whether a process met its limit on processor time (RLIMIT_CPU, getrlimit(2)), and had SIGXCPU
  /// then, whatever it made of that.
  ///
  /// - Parameter microseconds: what it used by the clock that the kernel holds the limit against;
  ///   below 0 for a process that is gone.
  func isCPUSpent(microseconds: Int64) -> Bool {
    cpuSeconds != ResourceLimit.unlimited && microseconds >= 0
      && UInt64(microseconds) / 1_000_000 >= cpuSeconds
  }
}

extension ProcessEnd {
  /// Whether a signal ended it, or it says with its exit code, as shells do, that one ended its
  /// child.
  func isDue(to signal: CInt) -> Bool {
    isSignal ? value == signal : value == 128 + signal
  }
}
