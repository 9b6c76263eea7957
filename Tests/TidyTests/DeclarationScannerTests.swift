import Testing

/// What the scanner makes of Swift.
struct DeclarationScannerTests {
  private static func list(_ text: String) -> [SwiftDeclaration] {
    SwiftDeclaration.list(SourceFile(path: "A.swift", text: text).tokens)
  }

  @Test func `types, members and what stands in bodies are told apart`() {
    let found = Self.list(
      """
      import A
      @frozen package struct B<C: D>: E, F {
        package private(set) var g = { 1 }()
        static let h, i: Int
        package init?(_ j: Int) throws(K) { let l = 1 }
        func m<N>(o: () throws -> Void) rethrows -> (P, Q) where N: R {
          func inner() {}
        }
        enum S { case t, u(v: Int) }
      }
      extension B.S: W {
        var x: Int {
          get throws { 1 }
        }
      }
      package protocol Y {
        func z() async throws
        var aa: Int { get }
      }
      """)
    #expect(
      found.map { "\($0.keyword) \($0.name)" } == [
        "struct B", "var g", "let h", "let i", "init init", "func m", "enum S",
        "case t", "case u", "extension S", "var x", "protocol Y", "func z", "var aa",
      ])
    #expect(found.filter(\.isThrowing).map(\.name) == ["init", "x", "z"])
    #expect(found.filter(\.isShared).map(\.name) == ["B", "g", "init", "Y", "z", "aa"])
    #expect(found[0].inherited.contains("E") && found[0].lastLine == 10)
    #expect(found[8].owners.map(\.name) == ["B", "S"])
    #expect(found[5].firstLine == 6 && found[5].lastLine == 8)
  }
}
