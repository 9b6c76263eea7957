@testable import SandboxBase
@testable import SandboxFilter

/// Runs filters over every call that could make a difference, and collects where two of them, or a
/// filter and its rules, do not agree.
enum Simulator {
  static let x86: UInt32 = 0xc000_003e
  static let i386: UInt32 = 0x4000_0003
  static let aarch64: UInt32 = 0xc000_00b7
  static let native = FilterCompiler.Architecture.native.audit

  /// All that the kernel can have, the edges of x32 and of the sign bit, and -1.
  static let numbers: [UInt32] =
    Array(0...1023) + [1 << 16, 0x3fff_ffff, 0x4000_0000, 0x4000_0001, 0x4000_0200, 0x7fff_ffff]
    + [0x8000_0000, 0xffff_fffe, 0xffff_ffff]

  /// The calls of x32.
  private static let foreignNumbers: [UInt32] = (0...1023).map { 0x4000_0000 + $0 }

  typealias Answer = (BPFInterpreter.Call) throws -> UInt32

  /// Every number under every processor; under the native one with several fillings of all six
  /// arguments.
  static func numberDifferences(
    _ one: Answer, _ other: Answer, fills: [UInt64] = [0, .max, 1, 0xffff_ffff_0000_0000]
  ) rethrows -> [String] {
    var found: [String] = []
    for architecture in [x86, i386, aarch64, 0, .max] {
      for fill in architecture == native ? fills : [0] {
        let arguments = Array(repeating: fill, count: 6)
        let isFull = architecture == native && fill == 0
        for number in isFull ? numbers + foreignNumbers : numbers {
          let call = BPFInterpreter.Call(
            number: number, architecture: architecture, arguments: arguments)
          let answers = (try one(call), try other(call))
          if answers.0 != answers.1 { found.append(describe(call, answers)) }
        }
      }
    }
    return found
  }

  /// Every corner of the arguments of calls that `rules` has tests for.
  static func cornerDifferences(
    _ rules: [UInt32: SyscallRule], _ one: Answer, _ other: Answer
  ) rethrows -> (looked: Int, found: [String]) {
    var found: [String] = []
    var looked = 0
    for (number, rule) in rules where !rule.cases.isEmpty {
      for arguments in RuleOracle.cornerArguments(of: rule) {
        let call = BPFInterpreter.Call(number: number, architecture: native, arguments: arguments)
        let answers = (try one(call), try other(call))
        if answers.0 != answers.1 { found.append(describe(call, answers)) }
        looked += 1
      }
    }
    return (looked, found)
  }

  private static func describe(_ call: BPFInterpreter.Call, _ answers: (UInt32, UInt32)) -> String {
    let name = SyscallNumbers.name(of: call.number) ?? "call \(call.number)"
    let words = [answers.0, answers.1].map {
      SyscallVerdict(action: $0).map(RuleText.verdict) ?? RuleText.hex(UInt64($0))
    }
    let arguments = call.arguments.map(RuleText.hex).joined(separator: ", ")
    return "\(name)(\(arguments)) on \(RuleText.hex(UInt64(call.architecture))): "
      + "\(words[0]) against \(words[1])"
  }
}

extension [String] {
  /// The first few lines, for a message.
  var beginning: String { prefix(10).joined(separator: "\n") + (count > 10 ? "\n…" : "") }
}
