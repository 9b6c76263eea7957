/// A text file of the repository, as the rules see it.
struct SourceFile: Sendable {
  /// Relative to the root of the repository.
  let path: String
  let text: String
  let lines: [String]
  /// Empty for what is neither Swift nor C.
  let tokens: [Token]
  /// What is declared outside of function bodies; empty for what is not Swift.
  let declarations: [SwiftDeclaration]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    self.lines = lines
    let isSwift = path.hasSuffix(".swift")
    let isC = path.hasSuffix(".c") || path.hasSuffix(".h")
    self.tokens =
      isSwift || isC ? Token.tokens(of: Blanker.blank(text, isSwift: isSwift)) : []
    self.declarations = isSwift ? SwiftDeclaration.list(tokens) : []
  }

  var isSwift: Bool { path.hasSuffix(".swift") }
  var isC: Bool { path.hasSuffix(".c") || path.hasSuffix(".h") }
  /// A file that is executed or compiled, in any language.
  var isCode: Bool {
    isSwift || isC || path == "Makefile" || path == ".ci/run"
      || [".js", ".py", ".sh"].contains { path.hasSuffix($0) }
  }
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  func isBelow(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }
}
