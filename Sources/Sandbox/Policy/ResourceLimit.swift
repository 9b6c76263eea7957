/// One limit of setrlimit(2), as a job gets it.
package struct ResourceLimit: Hashable, Sendable {
  /// What is limited. The raw values are the kernel's (asm-generic/resource.h).
  package enum Resource: UInt32, CaseIterable, Sendable {
    case cpuSeconds = 0
    case fileBytes = 1
    case dataBytes = 2
    case stackBytes = 3
    case coreBytes = 4
    case processes = 6
    case openFiles = 7
    case lockedBytes = 8
    case pendingSignals = 11
    case messageQueueBytes = 12
    case nice = 13
    case realtimePriority = 14
  }

  /// RLIM_INFINITY: no limit.
  package static let unlimited = UInt64.max

  package let resource: Resource
  /// At this the kernel warns (SIGXCPU) or refuses.
  package let soft: UInt64
  /// The job may raise its soft limit up to this, and never this.
  package let hard: UInt64

  /// `soft` for an operator: a number, or `unlimited`.
  package var softText: String { soft == Self.unlimited ? "unlimited" : "\(soft)" }

  package init(_ resource: Resource, soft: UInt64, hard: UInt64) {
    precondition(soft <= hard, "a soft limit is never above its hard limit")
    self.resource = resource
    self.soft = soft
    self.hard = hard
  }

  package init(_ resource: Resource, _ value: UInt64) {
    self.init(resource, soft: value, hard: value)
  }
}
