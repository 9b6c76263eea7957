/// Declarations that nothing uses: a name that stands once in Sources, or elsewhere only in tests.
///
/// A name is enough of a sign, as in TigerBeetle's tidy.zig: one that is used elsewhere under the
/// same name escapes, and none that is used is found.
enum DeadDeclarations {
  /// Called by the language or by the standard library under these names.
  static let calledFromOutside: Set<String> = [
    "init", "deinit", "subscript", "main", "description", "debugDescription", "hash", "encode",
    "makeIterator", "next", "rawValue", "allCases", "id", "asUnownedSerialExecutor", "enqueue",
    "checkIsolated",
  ]

  static func findings(sources: [SourceFile], tests: [SourceFile]) -> [Finding] {
    let inSources = counts(sources)
    let inTests = counts(tests)
    let swift = sources.filter(\.isSwift).flatMap { file in
      file.declarations.filter { isJudged($0) && inSources[$0.name] == 1 }
        .map { finding($0.name, file.path, $0.firstLine, inTests) }
    }
    return swift + deadFunctions(sources, inSources, inTests)
  }

  private static func isJudged(_ declaration: SwiftDeclaration) -> Bool {
    guard let first = declaration.name.first, first.isLetter || first == "_",
      !calledFromOutside.contains(declaration.name), declaration.keyword != "extension"
    else { return false }
    // Cases that numbers or texts are made into need no second mention.
    return declaration.keyword != "case" || declaration.owners.last?.keyword != "enum"
  }

  /// Functions of C: a header's mention is its declaration, one other is its body.
  private static func deadFunctions(
    _ sources: [SourceFile], _ inSources: [String: Int], _ inTests: [String: Int]
  ) -> [Finding] {
    let headers = counts(sources.filter { $0.name.hasSuffix(".h") })
    return sources.filter(\.isC).flatMap { file in
      DeclarationScan.c(file.tokens).filter { function in
        let declarations = file.name.hasSuffix(".h") ? 1 : 1 + (headers[function.name] ?? 0)
        return (inSources[function.name] ?? 0) <= declarations
      }.map { finding($0.name, file.path, $0.firstLine, inTests) }
    }
  }

  private static func finding(
    _ name: String, _ path: String, _ line: Int, _ inTests: [String: Int]
  ) -> Finding {
    let why =
      inTests[name] == nil
      ? "is used nowhere: delete it." : "is used by tests only: move it there, or delete it."
    return Finding(
      path: path, line: line,
      message: "`\(name)` \(why) What is not used is read for nothing, and a bound that bounds"
        + " nothing is believed.")
  }

  private static func counts(_ files: [SourceFile]) -> [String: Int] {
    files.reduce(into: [:]) { counts, file in
      for token in file.tokens { counts[token.text, default: 0] += 1 }
    }
  }
}
