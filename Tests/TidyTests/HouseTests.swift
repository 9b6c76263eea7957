import Testing

/// Words, folders, comments and documents of the whole tree.
struct HouseTests {
  private static func file(_ path: String, _ text: String) -> SourceFile {
    SourceFile(path: path, text: text)
  }

  @Test func `every shared declaration says what it is and what it throws`() {
    expectNone(DocumentationRules.findings(in: Repository.sources))
  }

  @Test func `what the compiler is told to believe is argued`() {
    expectNone(Repository.sources.flatMap(DocumentationRules.unarguedFindings))
  }

  @Test func `nothing is declared that nothing uses`() {
    let tests = Repository.files.filter { $0.isBelow("Tests") && !$0.isBelow("Tests/TidyTests") }
    expectNone(DeadDeclarations.findings(sources: Repository.sources, tests: tests))
  }

  @Test func `the sources speak the words of the field`() {
    expectNone(Repository.sources.flatMap(PrivateWords.findings))
  }

  @Test func `no folder uses one above it`() {
    expectNone(FolderTable.findings(in: Repository.sources))
  }

  @Test func `the page of folders is what the table says`() throws {
    expectNone(try GeneratedDocument.findings("docs/folders.md", expected: FolderTable.page))
  }

  @Test func `every type is named by a noun of the glossary`() throws {
    let nouns = Glossary.nouns(in: Repository.text("docs/glossary.md") ?? "")
    expectNone(Glossary.findings(in: Repository.sources, nouns: nouns))
  }

  @Test func `every thrown type says by its last word why it is thrown`() {
    expectNone(Glossary.thrownFindings(in: Repository.sources))
    let text = "struct A: Error {}\nenum BFailure: Error {}\nstruct BFault: Error {}\nstruct C {}"
    let findings = Glossary.thrownFindings(in: [Self.file("Sources/A.swift", text)])
    #expect(findings.map(\.line) == [1, 3])
  }

  @Test func `every path in a document leads somewhere`() {
    let paths = Set(Repository.files.map(\.path)).union(Repository.pictures)
    let documents = DocumentPaths.documents(in: Repository.files)
    #expect(documents.count > 10)
    for document in documents {
      expectNone(DocumentPaths.findings(in: document, files: paths))
    }
  }

  @Test func `every page of docs is in its index`() {
    #expect(Repository.text("docs/README.md") != nil)
    expectNone(DocumentPaths.unlisted(in: Repository.files))
  }

  @Test func `a shared declaration without words is found`() {
    let text = """
      /// Words.
      package protocol A {
        func b() throws
        /// Words.
        /// - Throws: C.
        func c() throws
      }
      /// Words.
      package protocol I: A {}
      /// Words.
      package struct D: I {
        package func b() throws {}
        package static func == (e: D, f: D) -> Bool { true }
        package let g: Int
        let h: Int
      }
      """
    let findings = DocumentationRules.findings(in: [Self.file("Sources/A.swift", text)])
    #expect(findings.map(\.line) == [3, 14])
  }

  @Test func `unsafe without its reason is found`() {
    let findings = { DocumentationRules.unarguedFindings(in: Self.file("Sources/A.swift", $0)) }
    let call = "func a() {\n  unsafe b()\n}\n"
    #expect(findings(call).count == 1)
    #expect(findings("// SAFETY: c.\n" + call).isEmpty)
    #expect(findings("/// SAFETY: c.\nstruct D {\n" + call + "}").isEmpty)
    #expect(findings("func a() {\n  // SAFETY: c.\n  unsafe b()\n}").isEmpty)
    #expect(findings("struct D {\n// SAFETY: c.\nlet e = 1\n" + call + "}").count == 1)
    #expect(findings("@safe struct A {}").count == 1)
    #expect(findings("/// SAFETY: c.\n@safe struct A {}").isEmpty)
    let closure = "let a:\n  @convention(c) (B) -> Void = { b in\n  unsafe c(b)\n}\n"
    #expect(findings(closure).count == 1)
    #expect(findings("// SAFETY: c.\n" + closure).isEmpty)
  }

  @Test func `what nothing uses, and what only tests use, is found`() {
    let sources = [
      Self.file("Sources/A.swift", "struct A {\n let used, dead: Int\n var tested = 3 }"),
      Self.file("Sources/B.swift", "let b = A().used + b"),
      Self.file("Sources/a.h", "int a_used(void);\nint a_dead(void);\nint a_sleep(void);"),
      Self.file("Sources/a.c", "int a_used(void) { return a_used(); }\nint a_dead(void) {}"),
    ]
    let findings = DeadDeclarations.findings(
      sources: sources, tests: [Self.file("Tests/A.swift", "A().tested")])
    #expect(
      findings.map { $0.message.prefix { $0 != ":" } } == [
        "`dead` is used nowhere", "`tested` is used by tests only", "`a_dead` is used nowhere",
      ])
  }

  @Test(arguments: [
    ("let jobShelf = 1", 1), ("let shelfLife = 1", 1), ("func ring_bell() {}", 1),
    ("// Whoever asks gets it.", 1), ("/* nobody */", 1), ("let a = \"nobody\"", 0),
    ("let selfish = belly", 0),
  ])
  func `a private word is found`(text: String, count: Int) {
    #expect(PrivateWords.findings(in: Self.file("Sources/A.swift", text)).count == count)
  }

  @Test func `a use of a folder above is found`() {
    let target = FolderTable.Target(
      path: "Sources/A", folders: [.init("Low", "Low things."), .init("High", "High things.")])
    let files = [
      Self.file("Sources/A/Low/B.swift", "struct B { let c: C }"),
      Self.file("Sources/A/High/C.swift", "struct C { let b: B }"),
      Self.file("Sources/A/Other/D.swift", "struct D {}"),
    ]
    let findings = FolderTable.findings(in: files, targets: [target])
    #expect(Set(findings.map(\.path)) == ["Sources/A/Low/B.swift", "Sources/A/Other/D.swift"])
    #expect(findings.count == 2)
  }

  @Test(arguments: [
    ("CallbackQueue", true), ("HTTPRoutes", true), ("WarmPool", true), ("CallbackShelf", false),
    ("Poolroom", false),
  ])
  func `a type of no noun of the glossary is found`(name: String, isKnown: Bool) {
    let page =
      "| noun | meaning | source |\n| --- | --- | --- |\n| queue | a | - |"
      + "\n| route | b | - |\n| warm pool | c | - |"
    let files = [Self.file("Sources/A.swift", "struct \(name) {}")]
    #expect(Glossary.findings(in: files, nouns: Glossary.nouns(in: page)).isEmpty == isKnown)
  }

  @Test(arguments: [
    ("see **Core/A.swift** and `Sources/Core`, [b](c.md#d), [e](https://e.org/f.md)", 0),
    ("see Core/B.swift", 1), ("see `Sources/Heart`", 1), ("[b](d.md)", 1), ("[b](../A.md)", 0),
    ("[b](../../A.md)", 1), ("`.build/report.c`, `/etc/a.c`, Sources/Co…", 0),
    ("A.swift is cut by A*.swift", 0),
  ])
  func `a broken path is found`(line: String, count: Int) {
    let files: Set<String> = ["Sources/Core/A.swift", "docs/c.md", "docs/page.md", "A.md"]
    let findings = DocumentPaths.findings(in: Self.file("docs/page.md", line), files: files)
    #expect(findings.count == count)
  }

  @Test func `a page that no index links is found`() {
    let files = [
      ("docs/README.md", "[a](a.md) [b](b/README.md)"), ("docs/b/README.md", "[c](c.md)"),
      ("docs/a.md", ""), ("docs/b/c.md", "[d](d.md)"), ("docs/b/d.md", ""), ("e.md", ""),
    ].map(Self.file)
    #expect(DocumentPaths.unlisted(in: files).map(\.path) == ["docs/b/d.md"])
  }

  @Test func `every library target has a catalogue`() throws {
    let manifest = try #require(Repository.text("Package.swift"))
    let folders = Manifest.libraryFolders(in: manifest)
    #expect(folders.count > 10)
    for (name, folder) in folders {
      let page = "\(folder)/Documentation.docc/\(name).md"
      #expect(Repository.text(page) != nil, "\(page) is missing: the target has no manual")
    }
  }

  @Test func `library targets are read from the manifest`() {
    let text = """
      .target(
        name: "A", dependencies: ["B"], path: "Sources/A"),
      .systemLibrary(name: "C", path: "Sources/C"), .executableTarget(name: "D", path: "Sources/D"),
      .target(name: "E", path: "Tests/E"), .testTarget(name: "F")
      """
    #expect(Manifest.libraryFolders(in: text).map(\.name) == ["A", "C"])
  }

  @Test func `recipes name what is in the code, and all of its places`() {
    let pages = Repository.files.filter { $0.isBelow("docs/recipes") }
    let code = Repository.files.filter { $0.isSwift || $0.isC }
    let names = code.map { String($0.name.prefix { $0 != "." && $0 != "+" }) }
    let words = Set(code.flatMap(\.tokens).map(\.text)).union(names)
    #expect(pages.count >= 8)
    for page in pages {
      expectNone(Recipes.strangers(in: page, words: words) + Recipes.gaps(in: page, files: code))
    }
  }

  @Test func `a recipe that names what is gone, or misses a place, is found`() {
    let page = Self.file(
      "docs/recipes/a.md",
      "`Gone.member`, `A.b`, `Makefile`\nFollow `b` through Sources/A, Sources/B:\n1. A.swift")
    let words: Set<String> = ["A", "b", "Makefile"]
    #expect(Recipes.strangers(in: page, words: words).map(\.line) == [1])
    let files = [
      Self.file("Sources/A/A.swift", "b"), Self.file("Sources/B/C.swift", "b()"),
      Self.file("Sources/D/D.swift", "b"),
    ]
    #expect(Recipes.gaps(in: page, files: files).count == 1)
  }
}
