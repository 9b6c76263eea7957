import Testing

/// Documents agree with code.
struct DocumentTests {
  private static func document(_ path: String) throws -> String {
    try #require(Repository.text(path), "\(path) is missing: a reader looks for it first")
  }

  @Test func `every long option is in README or docs`() throws {
    let command = Repository.sources.filter { $0.name.hasPrefix("SettingTable") }
    let options = Agreement.options(in: command)
    #expect(options.count > 10, "the settings were not found in SettingTable*.swift")
    let pages = Repository.files.filter { $0.isBelow("docs") && $0.path.hasSuffix(".md") }
    expectNone(
      Agreement.undocumented(
        options, pages: [try Self.document("README.md")] + pages.map(\.text)))
  }

  @Test(arguments: [
    ("launch_child.c", "Launch order"), ("sandbox_init.c", "How a sandbox is made"),
  ])
  func `the steps of docs/sandbox.md are those of the code`(file: String, heading: String) throws {
    let code = Agreement.orderInCode(try Self.document("Sources/CLaunch/\(file)"))
    #expect(code.count >= 10, "\(file) has no list below the line ` * Order`")
    let page = try Self.document("docs/sandbox.md")
    #expect(Agreement.orderInDocument(page, heading: heading) == code)
  }

  @Test func `the changelog begins with the version that the program tells`() throws {
    let told = Repository.sources.filter { $0.name == "Version.swift" }
      .compactMap { Agreement.versionConstant(in: $0.text) }
    #expect(told.count == 1, "one Version.swift is to hold the version; found \(told)")
    #expect(Agreement.topVersion(of: try Self.document("CHANGELOG.md")) == told.first)
  }

  @Test func `an option that no page mentions is found`() {
    let rows =
      "a = [.service(\n flag: Setting.Flag(\"port\", short: \"p\")), "
      + "Setting.Flag(\"port-range\", \"b\")]"
    let source = SourceFile(path: "SettingTable.swift", text: rows)
    let options = Agreement.options(in: [source])
    #expect(options == ["--port", "--port-range"])
    #expect(Agreement.undocumented(options, pages: ["`--port`", "--port-range=1"]).isEmpty)
    #expect(Agreement.undocumented(options, pages: ["use `--port-range`."]).count == 1)
  }

  @Test func `names of tests are read with and without backticks`() {
    let tests = "@Test func `a job cannot regain root`() {}\n  func plain() async {}"
    #expect(Agreement.tests(in: tests) == ["a job cannot regain root", "plain"])
  }

  @Test func `launch steps are read in order from both`() {
    let code = """
      /* Text
       *
       * Order
       *  1. a-b: words,
       *     3 more
       * 10. c: words
       */
       * 11. d: words
      """
    #expect(Agreement.orderInCode(code) == ["1. a-b", "10. c"])
    let document = """
      ## Launch order
      Words.
      1. **a-b**: words
      2. **c**: words

      ## Next
      3. **d**: words
      """
    #expect(Agreement.orderInDocument(document, heading: "Launch order") == ["1. a-b", "2. c"])
  }

  @Test func `versions are read from both`() {
    let changelog = "# Changes\n\n## Unreleased\n\n## [0.2.0] - 2026-11-23\n## 0.1.0"
    #expect(Agreement.topVersion(of: changelog) == "0.2.0")
    let constant = "  package static let version = \"0.2.0\"\n"
    #expect(Agreement.versionConstant(in: constant) == "0.2.0")
    #expect(Agreement.versionConstant(in: "let text = \"1 \\(number)\"") == nil)
  }
}
