import Testing

/// Promises, their numbers, and the tests that prove them.
struct PromiseTests {
  private static func page() throws -> (page: PromisePage, findings: [Finding]) {
    let list = try #require(Repository.text("docs/promises.json"))
    // The samples below are marks of nothing.
    let scans = Repository.files
      .filter { $0.isBelow("Tests") && $0.isSwift && $0.name != "PromiseTests.swift" }
      .map(PromiseMark.scan)
    let page = PromisePage(promises: try Promise.list(list), marks: scans.flatMap(\.marks))
    return (page, scans.flatMap(\.findings))
  }

  @Test func `every promise has a number, a test, and a twin or a reason to have none`() throws {
    let (page, findings) = try Self.page()
    #expect(page.promises.count > 100, "docs/promises.json has lost its promises")
    expectNone(findings + page.findings)
  }

  @Test func `the page of promises is what list and tests say`() throws {
    expectNone(
      try GeneratedDocument.findings("docs/promises.md", expected: try Self.page().page.text))
  }

  @Test func `the summary in SECURITY has each promise, and no other`() throws {
    let security = try #require(Repository.text("SECURITY.md"))
    expectNone(try Self.page().page.gaps(inSummary: security))
  }

  @Test func `a promise that a summary leaves out, and one that is none, are found`() throws {
    let rows = ["P-001", "P-002", "P-003", "P-005"].map {
      #"{"id": "\#($0)", "section": "promise", "promise": "a", "mechanism": "b"}"#
    }
    let list = try Promise.list("[" + rows.joined(separator: ", ") + "]")
    let page = PromisePage(promises: list, marks: [])
    #expect(page.gaps(inSummary: "| a | P-001 to P-003, P-005 |").isEmpty)
    #expect(page.gaps(inSummary: "| a | P-001, P-003 |").count == 2)
    #expect(page.gaps(inSummary: "| a | P-001 to P-005 |").count == 1)
  }

  @Test func `marks are read from the comments above tests`() {
    let text = """
        // Proves P-001, P-017.
        // Twin of P-003.
        /// Why.
        @Test(arguments: [
          1, 2,
        ])
        func `a job cannot regain root`(_ way: Int) {}

        @Test func `none`() {}
        // Proves P-004.
        @Test func plain() async {}
      """
    let (marks, findings) = PromiseMark.scan(SourceFile(path: "Tests/A/A.swift", text: text))
    #expect(findings.isEmpty)
    #expect(
      marks == [
        PromiseMark(
          test: "a job cannot regain root", path: "Tests/A/A.swift", proves: ["P-001", "P-017"],
          twinOf: ["P-003"]),
        PromiseMark(test: "plain", path: "Tests/A/A.swift", proves: ["P-004"], twinOf: []),
      ])
  }

  @Test(arguments: [
    "// Proves P-1.\n@Test func a() {}", "// Proves P-001\n@Test func a() {}",
    "// Twin of it.\n@Test func a() {}", "// Proves P-001.\nlet a = 1",
  ])
  func `a mark without number or test is found`(text: String) {
    #expect(PromiseMark.scan(SourceFile(path: "A.swift", text: text)).findings.count == 1)
  }

  @Test(arguments: [
    (#"{"id": "P-001", "section": "work", "promise": "a"}"#, "has no twin"),
    (#"{"id": "P-002", "section": "work", "promise": "a", "withoutTwin": "works"}"#, "no test"),
    (#"{"id": "P-003", "section": "work", "promise": "a", "withoutTwin": "works"}"#, "away"),
    (#"{"id": "P-003", "section": "promise", "promise": "a"}"#, "no mechanism"),
    (#"{"id": "P-003", "section": "work", "promise": "a"}"#, ""),
  ])
  func `a promise without test, twin or mechanism is found`(row: String, word: String) throws {
    let marks = [
      PromiseMark(test: "a", path: "A.swift", proves: ["P-001", "P-003"], twinOf: []),
      PromiseMark(test: "b", path: "A.swift", proves: [], twinOf: ["P-003"]),
    ].map { mark in
      var mark = mark
      mark.proves = mark.proves.filter { row.contains($0) }
      mark.twinOf = mark.twinOf.filter { row.contains($0) }
      return mark
    }
    let page = PromisePage(promises: try Promise.list("[\(row)]"), marks: marks)
    let findings = page.findings
    #expect(findings.count == (word.isEmpty ? 0 : 1))
    #expect(findings.allSatisfy { $0.message.contains(word) })
  }

  @Test func `a number of no promise, and one that comes again, are found`() throws {
    let row = #"{"id": "P-001", "section": "work", "promise": "a", "withoutTwin": "works"}"#
    let mark = PromiseMark(test: "a", path: "A.swift", proves: ["P-001", "P-002"], twinOf: [])
    let page = PromisePage(promises: try Promise.list("[\(row), \(row)]"), marks: [mark])
    #expect(page.findings.count == 2)
  }
}
