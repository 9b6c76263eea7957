import Foundation
@testable import SandboxBase
@testable import SandboxFilter
import Testing

/// The tables of Tests/Golden are what the profiles do, and the compiled filters do what they say.
@Suite struct ProfileGoldenTests {
  /// The whole text of a profile's file, from the code as it is.
  private static func text(
    _ title: [String], _ sections: [(name: String, listing: FilterListing)]
  ) throws -> String {
    var lines = title
    var first: [String: GoldenTable.Row] = [:]
    for (name, listing) in sections {
      let calls = try listing.calls()
      lines += ["", "== \(name)"]
      if first.isEmpty {
        for row in calls.compactMap({ GoldenTable.Row($0) }) { first[row.name] = row }
        lines += [""] + calls
      } else {
        lines += differing(calls, from: first)
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The rows that `first` does not have, with the reasons above them.
  private static func differing(
    _ calls: [String], from first: [String: GoldenTable.Row]
  ) -> [String] {
    var lines: [String] = []
    var reason = ""
    for line in calls {
      if line.hasPrefix("#") { reason = line }
      guard let row = GoldenTable.Row(line), first[row.name] != row else { continue }
      if !lines.contains(reason) { lines += ["", reason] }
      lines.append(line)
    }
    return lines
  }

  private static func title(_ name: String, _ summary: String) -> [String] {
    [
      "What the filter of \(name) does to each call. \(summary)",
      "Written by the tests, which also hold the filters against it: see docs/profiles.md.",
      "A call that is not named gets \(name == "sandbox-init" ? "kill" : "ENOSYS"). "
        + "The first section is "
        + "complete; the others have what differs from it.",
    ].map { "# \($0)" }
  }

  private static func text(of profile: SyscallProfile) throws -> String {
    try text(
      title(profile.rawValue, profile.summary),
      FilterCase.sections(of: profile).map { ($0.name, try FilterListing($0.request)) })
  }

  /// Differences in words: which call, in which section, what it was and what it is.
  private static func differences(_ was: GoldenTable, _ now: GoldenTable) -> [String] {
    let sections = Set(was.sections.keys).union(now.sections.keys)
    return sections.sorted().flatMap { section -> [String] in
      guard let old = was.sections[section] else { return ["\(section) is new"] }
      guard let new = now.sections[section] else { return ["\(section) is gone"] }
      return Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] }.map { name in
        let texts = [old[name], new[name]].map { row in
          row.map { "\($0.verdict) (number \($0.number))" } ?? "not there"
        }
        return "\(section): \(name) was \(texts[0]), is \(texts[1])"
      }
    }
  }

  private func compare(_ name: String, _ now: String) throws {
    let file = GoldenTable.file(name)
    if GoldenTable.isRegenerating {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(now.utf8).write(to: file)
    }
    let was = try String(contentsOf: file, encoding: .utf8)
    let found = Self.differences(GoldenTable(text: was), GoldenTable(text: now))
    #expect(found.isEmpty, "\(name): \(found.beginning)\n\(GoldenTable.remedy)")
    #expect(!found.isEmpty || was == now, "\(name): reasons differ. \(GoldenTable.remedy)")
  }

  @Test(arguments: SyscallProfile.allCases)
  func `a profile's calls are those of its golden table`(_ profile: SyscallProfile) throws {
    try compare(profile.rawValue, Self.text(of: profile))
  }

  @Test func `the sandbox init's calls are those of its golden table`() throws {
    try compare(
      "sandbox-init",
      Self.text(
        Self.title("sandbox-init", "It is the first process of a job's PID namespace."),
        [("sandbox-init", FilterListing.sandboxInit())]))
  }

  @Test(arguments: SyscallProfile.allCases)
  func `what is loaded does what the golden table says, at every corner`(
    _ profile: SyscallProfile
  ) throws {
    let file = try String(contentsOf: GoldenTable.file(profile.rawValue), encoding: .utf8)
    let golden = GoldenTable(text: file)
    let sections = FilterCase.sections(of: profile)
    var seen: Set<[BPFInstruction]> = []
    for (name, request) in sections where try seen.insert(request.compile()).inserted {
      let rows = try #require(golden.rows(name, first: sections[0].name), "\(name) is missing")
      var rules: [UInt32: SyscallRule] = [:]
      for row in rows.values {
        let rule = try #require(row.rule, "\(row)")
        rules[row.number] = rule
      }
      let filter = BPFInterpreter(program: try request.compile())
      let oracle = RuleOracle(rules: rules)
      let numbers = try Simulator.numberDifferences(
        filter.run, oracle.verdict, fills: [0, .max])
      #expect(numbers.isEmpty, "\(profile), \(name): \(numbers.beginning)")
      let (_, corners) = try Simulator.cornerDifferences(rules, filter.run, oracle.verdict)
      #expect(corners.isEmpty, "\(profile), \(name): \(corners.beginning)")
    }
  }

  // Proves P-025.
  @Test func `what the sandbox init loads does what the golden table says`() throws {
    let golden = GoldenTable(
      text: try String(contentsOf: GoldenTable.file("sandbox-init"), encoding: .utf8))
    let rows = try #require(golden.sections["sandbox-init"]).values
    let allowed = Set(rows.filter { $0.verdict == "allow" }.map(\.number))
    #expect(allowed.count == rows.count && allowed.count == 6)
    let filter = try FilterCase.sandboxInit().machine
    for number in Simulator.numbers {
      let call = BPFInterpreter.Call(number: number, architecture: Simulator.native)
      #expect(try filter.verdict(call) == (allowed.contains(number) ? .allow : .kill))
    }
  }

  @Test func `a difference is told by call, section, what it was and what it is`() {
    let was = GoldenTable(text: "== a\n# why\nread 0 allow\nwrite 1 allow\n== b\n")
    let now = GoldenTable(text: "== a\nread 0 EPERM\nclose 3 allow if int0 = 0x1; else EPERM\n")
    #expect(
      Self.differences(was, now) == [
        "a: close was not there, is allow if int0 = 0x1; else EPERM (number 3)",
        "a: read was allow (number 0), is EPERM (number 0)",
        "a: write was allow (number 1), is not there", "b is gone",
      ])
  }
}
