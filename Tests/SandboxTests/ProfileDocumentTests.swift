import Foundation
@testable import SandboxBase
@testable import SandboxFilter
import Testing

/// docs/profiles.md says of each row of the profiles and groups what the code says.
@Suite struct ProfileDocumentTests {
  /// The row of a table for a rule. A `|` has no place in names, verdicts and reasons.
  private static func line(_ rule: SyscallRule) -> String {
    let names = rule.names.map { "`\($0)`" }.joined(separator: " ")
    return "| \(names) | \(RuleText.text(rule)) | \(rule.because) |"
  }

  /// The part of `text` below the heading `title`.
  private static func section(_ title: String, of text: String) -> Substring? {
    guard let start = text.firstRange(of: "# \(title)\n") else { return nil }
    let rest = text[start.upperBound...]
    return rest.firstRange(of: "\n#").map { rest[..<$0.lowerBound] } ?? rest
  }

  private static func expect(
    _ rules: [SyscallRule], below title: String, in text: String
  ) throws {
    let section = try #require(Self.section(title, of: text), "docs/profiles.md has no \(title)")
    let lines = Set(section.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init))
    let wanted = Set(rules.map(line))
    for line in wanted.subtracting(lines).sorted() {
      Issue.record("docs/profiles.md lacks below \(title): \(line)")
    }
    for line in lines.subtracting(wanted).sorted() {
      Issue.record("docs/profiles.md says below \(title) what is not so: \(line)")
    }
  }

  @Test func `the page on profiles has every row that makes a difference, and no other`() throws {
    let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/profiles.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    for profile in SyscallProfile.allCases {
      try Self.expect(ProfileRows.differences(of: profile), below: profile.rawValue, in: text)
      let section = try #require(Self.section(profile.rawValue, of: text))
      #expect(section.contains(profile.summary))
      for group in profile.groups { #expect(section.contains("`\(group.rawValue)`")) }
    }
    for group in SyscallGroup.allCases {
      try Self.expect(group.rows, below: group.rawValue, in: text)
    }
    let grants: [(title: String, grant: NetworkGrant)] = [
      ("Loopback or all", .all), ("TCP ports", .tcp(connect: [], bind: [])),
    ]
    for (title, grant) in grants {
      try Self.expect(SocketRows.rows(grant, routes: false), below: title, in: text)
    }
    let plain = SocketRows.rows(.all, routes: false)
    try Self.expect(
      SocketRows.rows(.all, routes: true).filter { !plain.contains($0) },
      below: "Under the profile network", in: text)
    for name in SyscallOverrides.essential { #expect(text.contains("`\(name)`")) }
  }
}
