import Testing

/// Lengths of files, functions and lines.
struct LengthTests {
  private static func file(_ path: String, _ text: String) -> SourceFile {
    SourceFile(path: path, text: text)
  }

  @Test func `no file, function or line is too long`() {
    expectNone(LengthRules.longFiles(Repository.files))
    for file in Repository.files {
      expectNone(LengthRules.longFunctions(file))
      expectNone(LengthRules.longLines(file))
    }
  }

  @Test func `most files are short`() {
    expectNone(LengthRules.shape(Repository.sources))
  }

  @Test func `a file over the limit is found`() {
    let lines = { (count: Int) in String(repeating: "let a = 1\n", count: count) }
    #expect(LengthRules.longFiles([Self.file("a.swift", lines(400))]).isEmpty)
    #expect(LengthRules.longFiles([Self.file("a.swift", lines(401))]).count == 1)
  }

  @Test func `a median or ninetieth percentile over the limit is found`() {
    let files = { (lengths: [Int]) in
      lengths.map { Self.file("a.c", String(repeating: "\n", count: $0)) }
    }
    #expect(LengthRules.shape(files([10, 120, 300])).isEmpty)
    #expect(LengthRules.shape(files([10, 121, 300])).count == 1)
    #expect(LengthRules.shape(files([10, 10, 301])).count == 1)
  }

  @Test func `a line over the limit is found`() {
    let line = String(repeating: "ä", count: 100)
    #expect(LengthRules.longLines(Self.file("a.c", line)).isEmpty)
    #expect(LengthRules.longLines(Self.file("a.c", "\n" + line + "b")).map(\.line) == [2])
  }

  @Test func `a function over the limit is found in Swift and C`() {
    let body = { (count: Int) in String(repeating: "  a += 1\n", count: count) }
    for (path, head) in [
      ("a.swift", "func a(b: Int = { 1 }()) -> Int {\n"), ("a.swift", "init?(_ a: Int) {\n"),
      ("a.swift", "var a: Int {\n"), ("a.c", "static int a(void) {\n"),
      ("a.h", "extern \"C\" {\nint a(int b) {\n"),
    ] {
      #expect(LengthRules.longFunctions(Self.file(path, head + body(58) + "}\n")).isEmpty)
      #expect(LengthRules.longFunctions(Self.file(path, head + body(59) + "}\n")).count == 1)
    }
  }

  @Test func `functions are measured from their first word to their last brace`() {
    let text = """
      protocol A {
        func without(body: Int) -> String
        var value: Int { get }
      }
      struct B {
        init() { self.init(a: "}") }
        func `raw name`() {
          print("{ \\(list.map { "{" }) }")  // {
        }
      }
      """
    let found = DeclarationScan.swift(Self.file("a.swift", text).tokens)
    #expect(found.map(\.name) == ["value", "init", "the function"])
    #expect(found.map(\.lineCount) == [1, 1, 3])
    let c = "struct a { int b; };\nint\nf(char c) {\n  return '{';\n}\n#define A {\nint g;\n"
    let functions = DeclarationScan.c(Self.file("a.c", c).tokens)
    #expect(functions == [DeclarationScan.Declaration(name: "f", firstLine: 2, lastLine: 5)])
  }
}
