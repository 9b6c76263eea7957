/// What must be written above a declaration that other targets see, and beside `unsafe`.
enum DocumentationRules {
  /// A member that the standard library gives a meaning: its requirement is documented there.
  static let standardWitnesses: Set<String> = [
    "description", "debugDescription", "hash", "==", "<", "encode", "makeIterator", "next",
    "deinit", "allCases", "rawValue", "id",
  ]

  /// Names of the requirements of our own protocols, inherited ones included, by protocol.
  static func requirements(_ files: [SourceFile]) -> [String: Set<String>] {
    let declarations = files.filter(\.isSwift).flatMap(\.declarations)
    let own: [String: Set<String>] = declarations.filter(\.isRequirement)
      .reduce(into: [:]) { $0[$1.owners.last?.name ?? "", default: []].insert($1.name) }
    let parents: [String: [String]] = declarations.filter { $0.keyword == "protocol" }
      .reduce(into: [:]) { $0[$1.name] = $1.inherited }
    return parents.reduce(into: [:]) { all, one in
      all[one.key] = inherited(by: one.key, parents).reduce(into: []) {
        $0.formUnion(own[$1] ?? [])
      }
    }
  }

  /// A protocol and all that it refines, directly or not.
  private static func inherited(
    by name: String, _ parents: [String: [String]]
  ) -> Set<String> {
    var known: Set<String> = []
    var rest = [name]
    while let next = rest.popLast() {
      guard known.insert(next).inserted else { continue }
      rest += parents[next] ?? []
    }
    return known
  }

  /// Protocols that a type names in any file, by type.
  static func conformances(_ files: [SourceFile]) -> [String: Set<String>] {
    files.filter(\.isSwift).flatMap(\.declarations)
      .filter { $0.isType || $0.keyword == "extension" }
      .reduce(into: [:]) { $0[$1.name, default: []].formUnion($1.inherited) }
  }

  /// Shared declarations without a doc comment, and throwing ones without `- Throws:`.
  static func findings(in files: [SourceFile]) -> [Finding] {
    let requirements = requirements(files)
    let conformances = conformances(files)
    return files.filter(\.isSwift).flatMap { file in
      file.declarations.flatMap { declaration -> [Finding] in
        guard declaration.isShared, declaration.keyword != "extension",
          !isWitness(declaration, requirements, conformances)
        else { return [] }
        return findings(of: declaration, in: file)
      }
    }
  }

  private static func findings(
    of declaration: SwiftDeclaration, in file: SourceFile
  ) -> [Finding] {
    let comment = comment(above: declaration.firstLine, in: file)
    guard comment.contains("///") else {
      return [
        Finding(
          path: file.path, line: declaration.firstLine,
          message: "`\(declaration.name)` has no doc comment: say what it is; unit, range, default"
            + " or what nil means; and the man page or RFC that decides.")
      ]
    }
    guard declaration.isThrowing, !comment.contains("- Throws:") else { return [] }
    return [
      Finding(
        path: file.path, line: declaration.firstLine,
        message: "`\(declaration.name)` throws, and its comment has no `- Throws:`: say which"
          + " errors, and what is left behind.")
    ]
  }

  private static func isWitness(
    _ declaration: SwiftDeclaration, _ requirements: [String: Set<String>],
    _ conformances: [String: Set<String>]
  ) -> Bool {
    if standardWitnesses.contains(declaration.name) { return true }
    let protocols = conformances[declaration.owners.last?.name ?? ""] ?? []
    return protocols.contains { requirements[$0]?.contains(declaration.name) == true }
  }

  /// The comment lines right above a line.
  private static func comment(above line: Int, in file: SourceFile) -> String {
    let above = file.lines[..<max(0, line - 1)].reversed().prefix { row in
      row.drop { $0 == " " }.hasPrefix("//")
    }
    return above.reversed().joined(separator: "\n")
  }

  /// `unsafe` and `@safe` that no SAFETY line argues for, in the same member or above its types.
  static func unarguedFindings(in file: SourceFile) -> [Finding] {
    guard file.isSwift else { return [] }
    let declarations = file.declarations
    let claims = Set(
      zip(file.tokens, file.tokens.dropFirst()).compactMap { before, token -> Int? in
        token.text == "unsafe" || (token.text == "safe" && before.text == "@") ? token.line : nil
      })
    let owners = declarations.filter { isOwner($0, of: claims) }
    return owners.filter { owner in
      !declarations.contains { outer in
        outer.firstLine <= owner.firstLine && outer.lastLine >= owner.lastLine
          && isArgued(outer, whole: outer == owner, in: file)
      }
    }.map {
      Finding(
        path: file.path, line: $0.firstLine,
        message: "`\($0.name)` has `unsafe` or `@safe` and no `SAFETY:` line: the compiler stops"
          + " looking, so a reader must be told why it is right. Write it above the call, or above"
          + " the type where one reason holds for all of it.")
    }
  }

  /// A member with a claim in it; a type only where the claim stands before its body.
  private static func isOwner(_ declaration: SwiftDeclaration, of claims: Set<Int>) -> Bool {
    let isScope = declaration.isType || declaration.keyword == "extension"
    let last = isScope ? declaration.firstLine + 1 : declaration.lastLine
    return claims.contains { declaration.firstLine <= $0 && $0 <= last }
      && (!isScope || claims.contains(declaration.firstLine))
  }

  private static func isArgued(
    _ declaration: SwiftDeclaration, whole: Bool, in file: SourceFile
  ) -> Bool {
    let inside =
      whole && !declaration.isType
      ? file.lines[declaration.firstLine - 1..<declaration.lastLine].joined(separator: "\n") : ""
    return (comment(above: declaration.firstLine, in: file) + inside).contains("SAFETY:")
  }
}
