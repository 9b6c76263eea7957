import Testing

/// Names of files, targets that have them, and what should not be in any.
struct FileTests {
  private static func file(_ path: String, _ text: String = "") -> SourceFile {
    SourceFile(path: path, text: text)
  }

  @Test func `the files of the repository are found`() {
    // Rules over nothing would all hold.
    #expect(Repository.sources.count { $0.isSwift } > 50)
    #expect(Repository.sources.contains { $0.isC })
    #expect(!Repository.files.contains { $0.path.hasPrefix(".build") || $0.isBelow(".git") })
  }

  @Test func `every file is named after its one primary type`() {
    for file in Repository.files { expectNone(FileNames.findings(in: file)) }
  }

  @Test(arguments: [
    ("A", "struct A {}"), ("A", "struct A {}\nprivate struct B {}"),
    ("A", "enum A { struct B {} }"), ("A", "struct A {}\nenum B {}\nenum C {}"),
    ("A", "package protocol A: B {}\nextension B {}"), ("a", "package func a() {}"),
    ("A+hashing", "extension A: Hashable {}"), ("A", "package final class A {\n class var b = 1 }"),
  ])
  func `a file of one type passes`(_ name: String, _ text: String) {
    #expect(FileNames.findings(in: Self.file("Sources/Sandbox/\(name).swift", text)).isEmpty)
  }

  @Test(arguments: [
    ("A", "struct B {}"), ("A", "extension A {}"), ("A", ""),
    ("A", "enum B {}\nstruct A {}\nenum C {}\npackage actor D {}"),
    ("A", "struct A {}\nenum B {" + String(repeating: "\n", count: 25) + "}"),
    ("A+hashing", "extension B {}"),
  ])
  func `a second type or a wrong name is found`(_ name: String, _ text: String) {
    #expect(FileNames.findings(in: Self.file("Sources/Sandbox/\(name).swift", text)).count == 1)
  }

  @Test func `every file of the sources belongs to a target`() throws {
    let manifest = try #require(Repository.text("Package.swift"))
    expectNone(Manifest.orphans(Repository.sources, manifest: manifest))
    let sample = ".target(name: \"A\", path: \"Sources/A\"), path: \"Sources/C/D\""
    let files = ["Sources/A/a.c", "Sources/C/D/E/F.swift", "Sources/AB/c.c", "Sources/C/G.swift"]
    let orphans = Manifest.orphans(files.map { Self.file($0) }, manifest: sample)
    #expect(orphans.map(\.path) == ["Sources/AB/c.c", "Sources/C/G.swift"])
  }

  @Test func `no reminder and no path of a machine is left`() {
    for file in Repository.files { expectNone(Leftovers.findings(in: file)) }
    for text in ["see /ho" + "me/me/a", "cd /wo" + "rk/a", "# TO" + "DO: later", "FIX" + "ME"] {
      #expect(Leftovers.findings(in: Self.file("a.md", text)).count == 1)
    }
    let templates = Self.file("a.sh", "mktemp -d /tmp/a.XXXXXX")
    #expect(Leftovers.findings(in: templates).isEmpty)
  }
}
