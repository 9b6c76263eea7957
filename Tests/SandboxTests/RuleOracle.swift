@testable import Sandbox

/// What the rules say, read straight from the table: no compiler, no ranges, no jumps.
struct RuleOracle {
  let rules: [UInt32: SyscallRule]
  let architecture = FilterCompiler.Architecture.native

  func verdict(_ call: FilterMachine.Call) -> UInt32 {
    guard call.architecture == architecture.audit else { return Self.value(.kill) }
    if let foreign = architecture.foreignNumbers, call.number >= foreign, call.number != .max {
      return Self.value(.kill)
    }
    guard let rule = rules[call.number] else { return Self.value(.fail(38)) }
    for next in rule.cases where next.tests.allSatisfy({ holds($0, call) }) {
      return Self.value(next.verdict)
    }
    return Self.value(rule.otherwise)
  }

  private func holds(_ test: ArgumentTest, _ call: FilterMachine.Call) -> Bool {
    call.arguments[test.argument] & test.mask == test.value
  }

  static func value(_ verdict: SyscallVerdict) -> UInt32 {
    switch verdict {
    case .allow: 0x7fff_0000
    case .fail(let code): 0x0005_0000 | UInt32(code)
    case .kill: 0x8000_0000
    }
  }

  /// Values of one argument at which a test of it could change its mind, and what lies around them:
  /// each value that is compared with, with bits beside it flipped, and with high bits set.
  func corners(of argument: Int, in rule: SyscallRule) -> [UInt64] {
    var corners: Set<UInt64> = [0, 1, .max, 0xffff_ffff, 1 << 32, 1 << 63]
    for test in rule.cases.flatMap(\.tests) where test.argument == argument {
      corners.formUnion([
        test.value, test.mask, test.value ^ 1, ~test.mask, test.value | ~test.mask,
      ])
      for bit in 0..<64 { corners.insert(test.value ^ (1 << UInt64(bit))) }
    }
    return Array(corners)
  }
}
