/// One limit of setrlimit(2), as a job gets it.
package struct ResourceLimit: Hashable, Sendable {
  /// What is limited. The raw values are the kernel's (asm-generic/resource.h).
  package enum Resource: UInt32, CaseIterable, Sendable {
    /// RLIMIT_CPU, in seconds of processor time.
    case cpuSeconds = 0
    /// RLIMIT_FSIZE, in bytes.
    case fileBytes = 1
    /// RLIMIT_DATA, in bytes.
    case dataBytes = 2
    /// RLIMIT_STACK, in bytes.
    case stackBytes = 3
    /// RLIMIT_CORE, in bytes.
    case coreBytes = 4
    /// RLIMIT_NPROC: processes and threads of the uid.
    case processes = 6
    /// RLIMIT_NOFILE: one more than the highest descriptor.
    case openFiles = 7
    /// RLIMIT_MEMLOCK, in bytes.
    case lockedBytes = 8
    /// RLIMIT_SIGPENDING: queued signals of the uid.
    case pendingSignals = 11
    /// RLIMIT_MSGQUEUE, in bytes of POSIX message queues.
    case messageQueueBytes = 12
    /// RLIMIT_NICE: 20 less the lowest niceness that can be set.
    case nice = 13
    /// RLIMIT_RTPRIO: the highest real-time priority.
    case realtimePriority = 14
  }

  /// RLIM_INFINITY: no limit.
  package static let unlimited = UInt64.max

  /// The resource that is limited.
  package let resource: Resource
  /// Soft limit in the unit of the resource; at this the kernel warns (SIGXCPU) or refuses.
  package let soft: UInt64
  /// Hard limit in the unit of the resource; the job may raise its soft limit up to it, never it.
  package let hard: UInt64

  /// `soft` for an operator: a number, or `unlimited`.
  package var softText: String { soft == Self.unlimited ? "unlimited" : "\(soft)" }

  /// A limit with a soft value at or below its hard one, in the unit of the resource.
  package init(_ resource: Resource, soft: UInt64, hard: UInt64) {
    precondition(soft <= hard, "a soft limit is never above its hard limit")
    self.resource = resource
    self.soft = soft
    self.hard = hard
  }

  /// A limit whose soft and hard values are the same.
  package init(_ resource: Resource, _ value: UInt64) {
    self.init(resource, soft: value, hard: value)
  }
}
