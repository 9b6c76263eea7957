package import SandboxBase
internal import SystemBase

/// Rules in words that people read and tests read back:
/// `allow if arg0 & 0x7e020000 = 0x0; else EPERM`. `intN` is the low half of `argN`.
package enum RuleText {
  /// A verdict in one word: `allow`, `kill`, `notify`, or the name of the errno.
  package static func verdict(_ verdict: SyscallVerdict) -> String {
    switch verdict {
    case .allow: "allow"
    case .fail(0): "0, not made"
    case .fail(let code): ErrorCode.name(Int32(code))
    case .kill: "kill"
    case .notify: "notify"
    }
  }

  /// A whole rule, cases first, on one line.
  package static func text(_ rule: SyscallRule) -> String {
    let otherwise = verdict(rule.otherwise)
    guard !rule.cases.isEmpty else { return otherwise }
    let cases = rule.cases.map { next in
      "\(verdict(next.verdict)) if \(next.tests.map(testText).joined(separator: " and "))"
    }
    return (cases + ["else \(otherwise)"]).joined(separator: "; ")
  }

  /// One condition, for instance `arg1 & 0xc00 = 0x0`.
  package static func testText(_ test: ArgumentTest) -> String {
    let value = hex(test.value)
    return switch test.mask {
    case 0xffff_ffff: "int\(test.argument) = \(value)"
    case .max: "arg\(test.argument) = \(value)"
    default: "arg\(test.argument) & \(hex(test.mask)) = \(value)"
    }
  }

  /// A number with `0x` and no leading zeros.
  package static func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}
