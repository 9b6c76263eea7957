package import SandboxBase

/// A condition on the arguments of one call.
package struct ArgumentTest: Hashable, Sendable {
  /// Which argument of the call, 0 to 5.
  package let argument: Int
  /// Bits of the argument that are compared.
  package let mask: UInt64
  /// What the bits of `mask` must be; every other bit is 0.
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
  /// One way to a verdict: it holds where all of its tests hold.
  package struct Case: Hashable, Sendable {
    /// Conditions that must all hold; none hold always.
    package let tests: [ArgumentTest]
    /// What happens to the call where they hold.
    package let verdict: SyscallVerdict

    init(_ tests: [ArgumentTest], _ verdict: SyscallVerdict) {
      self.tests = tests
      self.verdict = verdict
    }
  }

  /// The calls that the rule is for, as libseccomp names them.
  package let names: [String]
  /// Cases in the order in which they are tried; the first that holds decides.
  package let cases: [Case]
  /// Verdict where no case holds.
  package let otherwise: SyscallVerdict
  /// Why the rule is there: a clause for the reader.
  package let because: String
  /// Every program asks for it and goes on without it: a filter that diagnoses says no by itself.
  var isProbe = false

  /// It is never refused.
  var alwaysAllows: Bool { cases.isEmpty && otherwise == .allow }
  /// Whether the call is allowed with some arguments at least.
  package var mayAllow: Bool { otherwise == .allow || cases.contains { $0.verdict == .allow } }

  static func allow(_ names: String..., because: String) -> SyscallRule {
    SyscallRule(names: names, cases: [], otherwise: .allow, because: because)
  }

  static func deny(_ names: String..., because: String) -> SyscallRule {
    SyscallRule(names: names, cases: [], otherwise: .deny, because: because)
  }

  static func absent(_ names: String..., because: String) -> SyscallRule {
    SyscallRule(names: names, cases: [], otherwise: .absent, because: because)
  }

  /// As in a kernel that never had it, and not worth telling anyone.
  static func probe(_ names: String..., because: String) -> SyscallRule {
    SyscallRule(names: names, cases: [], otherwise: .absent, because: because, isProbe: true)
  }

  /// It is not made, and answers 0: no call is refused for it.
  static func ignore(_ names: String..., because: String) -> SyscallRule {
    SyscallRule(names: names, cases: [], otherwise: .fail(0), because: because, isProbe: true)
  }

  /// Allowed where any of `cases` holds, else `otherwise`.
  static func allow(
    _ names: String..., when cases: [[ArgumentTest]], otherwise: SyscallVerdict = .deny,
    because: String
  ) -> SyscallRule {
    SyscallRule(
      names: names, cases: cases.map { Case($0, .allow) }, otherwise: otherwise, because: because)
  }

  /// Refused where any of `cases` holds, else allowed.
  static func deny(
    _ names: String..., when cases: [[ArgumentTest]], as verdict: SyscallVerdict = .deny,
    because: String
  ) -> SyscallRule {
    SyscallRule(
      names: names, cases: cases.map { Case($0, verdict) }, otherwise: .allow, because: because)
  }

  /// The same for other calls.
  func naming(_ names: [String]) -> SyscallRule {
    SyscallRule(
      names: names, cases: cases, otherwise: otherwise, because: because, isProbe: isProbe)
  }

  /// With every refusal put to the listener instead, unless all programs meet it.
  var notifying: SyscallRule {
    guard !isProbe else { return self }
    let told = { (verdict: SyscallVerdict) in verdict == .allow ? verdict : .notify }
    return SyscallRule(
      names: names, cases: cases.map { Case($0.tests, told($0.verdict)) },
      otherwise: told(otherwise), because: because)
  }
}
