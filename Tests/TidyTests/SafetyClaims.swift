/// What the compiler is told to believe must be argued beside it.
enum SafetyClaims {
  /// How many lines above a claim its reason may begin.
  static let linesAboveMax = 6

  private static let claims: [[String]] = [
    ["@", "unchecked"], ["nonisolated", "(", "unsafe", ")"],
  ]

  static func findings(in file: SourceFile) -> [Finding] {
    guard file.isSwift else { return [] }
    let tokens = file.tokens
    return tokens.indices.compactMap { index in
      guard
        let claim = claims.first(where: { claim in
          tokens[index...].prefix(claim.count).map(\.text) == claim
        })
      else { return nil }
      let line = tokens[index].line
      let around = file.lines[max(0, line - 1 - linesAboveMax)..<line]
      guard !around.contains(where: { $0.contains("SAFETY:") }) else { return nil }
      return Finding(
        path: file.path, line: line,
        message: "`\(claim.joined())` without a `SAFETY:` comment: the compiler stops looking, so"
          + " a reader must be told why it is right. Better use `Mutex`, an actor or a value.")
    }
  }
}
