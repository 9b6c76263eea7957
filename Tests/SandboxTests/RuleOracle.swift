@testable import SandboxBase
@testable import SandboxFilter

/// What the rules say, read straight from the table: no compiler, no ranges, no jumps.
struct RuleOracle {
  let rules: [UInt32: SyscallRule]
  var defaults = FilterCompiler.Defaults.enforcing
  let architecture = FilterCompiler.Architecture.native

  func verdict(_ call: BPFInterpreter.Call) -> UInt32 {
    guard call.architecture == architecture.audit else { return defaults.foreign.action }
    if let foreign = architecture.foreignNumbers, call.number >= foreign, call.number != .max {
      return defaults.foreign.action
    }
    guard let rule = rules[call.number] else { return defaults.unnamed.action }
    for next in rule.cases where next.tests.allSatisfy({ holds($0, call) }) {
      return next.verdict.action
    }
    return rule.otherwise.action
  }

  private func holds(_ test: ArgumentTest, _ call: BPFInterpreter.Call) -> Bool {
    call.arguments[test.argument] & test.mask == test.value
  }

  /// Values of one argument at which a test of it could change its mind, and what lies around them:
  /// each value that is compared with, with bits beside it flipped, and with high bits set.
  static func corners(of argument: Int, in rule: SyscallRule) -> [UInt64] {
    var corners = Set(typical(of: argument, in: rule))
    corners.formUnion([1, 0xffff_ffff, 1 << 32, 1 << 63])
    for test in tests(of: argument, in: rule) {
      corners.formUnion([test.mask, test.value ^ 1, ~test.mask, test.value | ~test.mask])
      for bit in 0..<64 { corners.insert(test.value ^ (1 << UInt64(bit))) }
    }
    return corners.sorted()
  }

  /// The values that are compared with, no bit and every bit.
  static func typical(of argument: Int, in rule: SyscallRule) -> [UInt64] {
    Set(tests(of: argument, in: rule).map(\.value) + [0, .max]).sorted()
  }

  /// Arguments at every corner of one, with the others at every value that they are compared with.
  static func cornerArguments(of rule: SyscallRule) -> [[UInt64]] {
    let tested = Set(rule.cases.flatMap(\.tests).map(\.argument)).sorted()
    var all: Set<[UInt64]> = []
    for cornered in tested {
      var partial: [[UInt64]] = [[0, 0, 0, 0, 0, 0]]
      for argument in tested {
        let values =
          argument == cornered ? corners(of: argument, in: rule) : typical(of: argument, in: rule)
        partial = partial.flatMap { known in
          values.map { value in
            var next = known
            next[argument] = value
            return next
          }
        }
      }
      all.formUnion(partial)
    }
    return Array(all)
  }

  private static func tests(of argument: Int, in rule: SyscallRule) -> [ArgumentTest] {
    rule.cases.flatMap(\.tests).filter { $0.argument == argument }
  }
}
