/// A system call that a job's filter refused.
package struct RefusedCall: Hashable, Sendable {
  /// The kernel's number, in the interface of `architecture`.
  package let number: UInt32
  /// AUDIT_ARCH of the call (linux/audit.h).
  package let architecture: UInt32
  /// The errno that the job got; 0 where it was ended for the call.
  package let code: UInt32
  /// How often the job made the call; wraps at 2³².
  package var count: UInt32

  /// A call that was refused `count` times with the same errno.
  package init(number: UInt32, architecture: UInt32, code: UInt32, count: UInt32) {
    self.number = number
    self.architecture = architecture
    self.code = code
    self.count = count
  }

  /// Different calls that are recorded for one job at most.
  package static let countMax = 64
}
