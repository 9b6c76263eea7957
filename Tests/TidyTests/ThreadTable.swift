/// docs/threads.md and `ThreadRole` tell of the same threads, and each of them is asserted.
enum ThreadTable {
  static let page = "docs/threads.md"
  static let code = "Sources/Base/System/ThreadRole.swift"
  /// Threads of the Swift runtime's pool, which nothing starts and so nothing gives a role.
  static let withoutRole = ["tasks"]

  struct Role: Hashable, Sendable {
    let symbol: String
    /// What people call it.
    let name: String
    let mayWaitForDisk: Bool
  }

  /// The rows of the first table of the page.
  static func rows(in page: String) -> [(name: String, waitsForDisk: Bool)] {
    page.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { !$0.hasPrefix("| --") && !$0.hasPrefix("|--") }.dropFirst()
      .prefix { $0.hasPrefix("|") }
      .map { row in
        let cells = row.split(separator: "|").map { $0.trimmed }
        return (cells.first ?? "", cells.last?.contains("the disk") == true)
      }
  }

  /// The cases of the type, in the order of their names.
  static func roles(in code: String) -> [Role] {
    let lines = code.split(separator: "\n").map(\.trimmed)
    let refused =
      lines.drop { !$0.hasPrefix("package var mayWaitForDisk") }
      .first { $0.hasSuffix(": false") } ?? ""
    return lines.compactMap { line in
      let parts = line.split(separator: "\"")
      guard line.hasPrefix("case ."), parts.count == 2, parts[0].hasSuffix(": ") else { return nil }
      let symbol = String(parts[0].dropFirst("case .".count).dropLast(2))
      return Role(
        symbol: symbol, name: String(parts[1]),
        mayWaitForDisk: !refused.split { !$0.isLetter }.contains(Substring(symbol)))
    }
  }

  static func findings(page: String, code: String, sources: [SourceFile]) -> [Finding] {
    let roles = roles(in: code)
    let rows = rows(in: page).filter { !withoutRole.contains($0.name) }
    var findings: [Finding] = []
    if rows.map(\.name) != roles.map(\.name) {
      findings.append(
        Finding(
          path: Self.page, line: 0,
          message: "its threads are \(rows.map(\.name)), those of ThreadRole \(roles.map(\.name))"))
    }
    for (row, role) in zip(rows, roles) where row.waitsForDisk != role.mayWaitForDisk {
      findings.append(
        Finding(
          path: Self.page, line: 0,
          message: "\(row.name): page and ThreadRole.mayWaitForDisk disagree on the disk"))
    }
    for role in roles
    where !sources.contains(where: { $0.text.contains("ThreadRole.\(role.symbol).assertCurrent(") })
    {
      findings.append(
        Finding(
          path: Self.code, line: 0,
          message: "no code asserts that it runs on \(role.name): a role that nothing holds"))
    }
    return findings
  }
}

extension StringProtocol {
  /// Without spaces at both ends.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
