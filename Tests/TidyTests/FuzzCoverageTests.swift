import Testing

/// Every parser of foreign bytes is fuzzed.
struct FuzzCoverageTests {
  private static let targets = Repository.files.filter { $0.isBelow("Tests/Fuzz/Targets") }

  @Test func `every parser of foreign bytes has a fuzz target`() {
    #expect(FuzzCoverage.covered(by: Self.targets).count > 80)
    expectNone(FuzzCoverage.findings(in: Repository.files, targets: Self.targets))
  }

  @Test func `a parser without a target, and a target without its parser, are found`() {
    let files = [
      ("Sources/A/HeadParser.swift", ""), ("Sources/A/B.swift", "struct ParseError: Error {}"),
      ("Sources/A/C.swift", ""), ("Sources/A/BodyParser+text.swift", ""),
    ].map { SourceFile(path: $0.0, text: $0.1) }
    let target = SourceFile(
      path: "Tests/Fuzz/Targets/A.swift",
      text: #"of: ["\(a)HeadParser.swift", "Sources/A/Gone.swift"]"#)
    let findings = FuzzCoverage.findings(in: files, targets: [target], exempt: [:])
    #expect(
      findings.map(\.path) == [
        "Sources/A/B.swift", "Sources/A/BodyParser+text.swift", "Tests/Fuzz/Targets",
      ])
  }

  @Test func `each target stands in the table`() {
    let table = Self.targets.first { $0.name == "FuzzTable.swift" }?.text ?? ""
    let groups = Self.targets.compactMap { file in
      file.name.firstRange(of: "+").map { String(file.name[$0.upperBound...].dropLast(6)) }
    }
    #expect(groups.count > 5)
    #expect(groups.filter { !table.contains("FuzzTarget.\($0)") } == [])
  }
}
