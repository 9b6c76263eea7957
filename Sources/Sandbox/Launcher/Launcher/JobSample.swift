internal import Glibc
internal import SandboxBase

/// What was seen of a job's processes while it ran: for limits that no event of the kernel reports.
struct JobSample: Hashable {
  /// Limits that one of its samples was at.
  var met: LimitsMet = []
  /// The most processes of one sample.
  var processesMax = 0
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
    if hasMetCPULimit(end) { met.insert(.cpu) }
    return met
  }

  /// RLIMIT_CPU is of one process, and so is the time of a job that never had two. A program may
  /// take SIGXCPU for a polite stop and exit by itself.
  private func hasMetCPULimit(_ end: ProcessEnd) -> Bool {
    guard limits.cpuSeconds != ResourceLimit.unlimited else { return false }
    if end.isDue(to: SIGXCPU) { return true }
    let used = end.usage.userMicroseconds + end.usage.systemMicroseconds
    return sample.processesMax <= 1 && limits.isCPUSpent(milliseconds: used / 1000)
  }
}

extension ResourceLimits {
  /// Whether a process that used this much met its limit on processor time, within a tenth: the
  /// kernel counts ticks for the limit, and exact times for usage.
  func isCPUSpent(milliseconds: UInt64) -> Bool {
    cpuSeconds != ResourceLimit.unlimited && milliseconds / 900 >= cpuSeconds
  }
}

extension ProcessEnd {
  /// Whether a signal ended it, or it says with its exit code, as shells do, that one ended its
  /// child.
  func isDue(to signal: CInt) -> Bool {
    isSignal ? value == signal : value == 128 + signal
  }
}
