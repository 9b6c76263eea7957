/// What happens to a system call.
package enum SyscallVerdict: Hashable, Sendable {
  case allow
  /// The call fails with this errno and does nothing.
  case fail(UInt16)
  /// The whole process dies by SIGSYS.
  case kill

  init?(action: UInt32) {
    switch action & 0xffff_0000 {
    case 0x7fff_0000: self = .allow
    case 0x0005_0000: self = .fail(UInt16(truncatingIfNeeded: action))
    case 0x8000_0000: self = .kill
    default: return nil
    }
  }

  /// It exists and is refused.
  static let deny = SyscallVerdict.fail(1)  // EPERM
  /// As in a kernel that never had it: runtimes fall back on what is old.
  static let absent = SyscallVerdict.fail(38)  // ENOSYS
  /// An address family that is not there.
  static let noFamily = SyscallVerdict.fail(97)  // EAFNOSUPPORT
}

/// A condition on the arguments of one call.
package struct ArgumentTest: Hashable, Sendable {
  /// 0 to 5.
  package let argument: Int
  package let mask: UInt64
  package let value: UInt64

  /// Holds when `argument & mask == value`. Where the kernel takes an int, the mask has only the
  /// low 32 bits, or high bits that the kernel ignores would evade the test (CVE-2019-10063).
  static func bits(_ argument: Int, _ mask: UInt64, are value: UInt64) -> ArgumentTest {
    precondition((0..<6).contains(argument) && value & ~mask == 0)
    return ArgumentTest(argument: argument, mask: mask, value: value)
  }

  /// Holds when the low 32 bits are `value`.
  static func int(_ argument: Int, is value: UInt32) -> ArgumentTest {
    bits(argument, 0xffff_ffff, are: UInt64(value))
  }
}

/// The rule for one or more system calls, with the reason for it.
package struct SyscallRule: Hashable, Sendable {
  /// One way to a verdict: all tests hold.
  package struct Case: Hashable, Sendable {
    package let tests: [ArgumentTest]
    package let verdict: SyscallVerdict
  }

  package let names: [String]
  /// Tried in order; the first that holds decides.
  package let cases: [Case]
  /// Decides when no case holds.
  package let otherwise: SyscallVerdict
  package let because: String

  static func allow(_ names: String..., because: String) -> SyscallRule {
    SyscallRule(names: names, cases: [], otherwise: .allow, because: because)
  }

  static func deny(_ names: String..., because: String) -> SyscallRule {
    SyscallRule(names: names, cases: [], otherwise: .deny, because: because)
  }

  static func absent(_ names: String..., because: String) -> SyscallRule {
    SyscallRule(names: names, cases: [], otherwise: .absent, because: because)
  }

  /// Allowed where any of `cases` holds, else `otherwise`.
  static func allow(
    _ names: String..., when cases: [[ArgumentTest]], otherwise: SyscallVerdict = .deny,
    because: String
  ) -> SyscallRule {
    SyscallRule(
      names: names, cases: cases.map { Case(tests: $0, verdict: .allow) }, otherwise: otherwise,
      because: because)
  }

  /// Refused where any of `cases` holds, else allowed.
  static func deny(
    _ names: String..., when cases: [[ArgumentTest]], because: String
  ) -> SyscallRule {
    SyscallRule(
      names: names, cases: cases.map { Case(tests: $0, verdict: .deny) }, otherwise: .allow,
      because: because)
  }
}
