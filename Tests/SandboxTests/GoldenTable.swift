import Foundation
@testable import SandboxBase
@testable import SandboxFilter

/// What a profile did when its table was last looked at: a text file beneath Tests/Golden, one line
/// a call, which people read and simulations are held against.
///
/// A line is `name number verdict`, as `FilterListing.calls()` writes it. The section that begins
/// the file has every call; each later one has what differs from it.
struct GoldenTable: Equatable {
  struct Row: Equatable {
    let name: String
    let number: UInt32
    let verdict: String
  }

  /// By section; within one by name.
  var sections: [String: [String: Row]] = [:]

  #if arch(x86_64)
    private static let processor = "x86_64"
  #else
    private static let processor = "aarch64"
  #endif

  static func file(_ name: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/\(processor)/\(name).txt")
  }

  /// Set by who changes a profile on purpose: the tables are written anew instead of compared.
  static let isRegenerating = ProcessInfo.processInfo.environment["GOLDEN"] == "write"

  static let remedy =
    "If this is meant, write the tables anew with `GOLDEN=write swift test --filter "
    + "ProfileGoldenTests` and commit what changed in Tests/Golden."

  init(text: String) {
    var section = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix("== ") {
        section = String(line.dropFirst(3))
        sections[section] = [:]
      } else if let row = Row(line) {
        sections[section]?[row.name] = row
      }
    }
  }

  /// The rows of `section`: those of the first section, and over them its own.
  func rows(_ section: String, first: String) -> [String: Row]? {
    guard let base = sections[first], let own = sections[section] else { return nil }
    return base.merging(own) { $1 }
  }
}

extension GoldenTable.Row {
  /// Nil for a line that is none.
  init?(_ line: some StringProtocol) {
    let words = line.split(separator: " ", maxSplits: 2)
    guard words.count == 3, !line.hasPrefix("#"), let number = UInt32(words[1]) else { return nil }
    self.init(
      name: String(words[0]), number: number,
      verdict: words[2].trimmingCharacters(in: .whitespaces))
  }

  /// The rule that the words say; nil for words that mean nothing.
  var rule: SyscallRule? {
    let parts = verdict.components(separatedBy: "; ")
    guard let last = parts.last else { return nil }
    let otherwise = String(last.dropFirst(parts.count == 1 ? 0 : "else ".count))
    var cases: [SyscallRule.Case] = []
    for part in parts.dropLast() {
      let halves = part.components(separatedBy: " if ")
      guard halves.count == 2, let verdict = Self.verdict(halves[0]) else { return nil }
      let tests = halves[1].components(separatedBy: " and ").compactMap(Self.test)
      guard tests.count == halves[1].components(separatedBy: " and ").count else { return nil }
      cases.append(SyscallRule.Case(tests, verdict))
    }
    return Self.verdict(otherwise).map {
      SyscallRule(names: [name], cases: cases, otherwise: $0, because: "golden")
    }
  }

  private static func verdict(_ text: String) -> SyscallVerdict? {
    let errors: [String: UInt16] = [
      "EPERM": 1, "ENOSYS": 38, "EPROTONOSUPPORT": 93, "EOPNOTSUPP": 95, "EAFNOSUPPORT": 97,
    ]
    return switch text {
    case "allow": .allow
    case "kill": .kill
    default: errors[text].map(SyscallVerdict.fail)
    }
  }

  private static func test(_ text: String) -> ArgumentTest? {
    guard
      let match = text.wholeMatch(
        of: /(int|arg)([0-5])(?: & 0x([0-9a-f]+))? = 0x([0-9a-f]+)/),
      let argument = Int(match.output.2), let value = UInt64(match.output.4, radix: 16)
    else { return nil }
    let mask = match.output.3.flatMap { UInt64($0, radix: 16) }
    return ArgumentTest(
      argument: argument, mask: match.output.1 == "int" ? 0xffff_ffff : mask ?? .max, value: value)
  }
}
