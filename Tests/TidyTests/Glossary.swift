/// docs/glossary.md: the nouns that types are named by, each with the field's meaning.
enum Glossary {
  /// The words of the first column, in lower case.
  static func nouns(in text: String) -> Set<String> {
    Set(
      text.split(separator: "\n").filter { $0.hasPrefix("| ") }.compactMap { row in
        let cells = row.split(separator: "|", omittingEmptySubsequences: false)
        return cells.count >= 4 ? cells[1].filter { $0 != " " && $0 != "`" }.lowercased() : nil
      })
  }

  /// Types whose last words are in no row.
  static func findings(in files: [SourceFile], nouns: Set<String>) -> [Finding] {
    files.filter(\.isSwift).flatMap { file in
      file.declarations
        .filter { $0.isType && $0.access != "private" && !isKnown($0.name, nouns) }
        .map {
          Finding(
            path: file.path, line: $0.firstLine,
            message: "docs/glossary.md has no noun that `\($0.name)` ends with: use one that is"
              + " there, or add the field's, with its meaning and where it comes from.")
        }
    }
  }

  /// Last words of types that are thrown: malformed input, work that could not be done, a rule that
  /// does not permit it.
  static let thrownNouns = ["Error", "Failure", "Refusal"]

  /// Types that conform to `Error` and do not end in one of `thrownNouns`.
  static func thrownFindings(in files: [SourceFile]) -> [Finding] {
    files.filter(\.isSwift).flatMap { file in
      file.declarations
        .filter { type in
          type.isType && type.inherited.contains("Error")
            && !thrownNouns.contains(where: type.name.hasSuffix)
        }
        .map {
          Finding(
            path: file.path, line: $0.firstLine,
            message: "`\($0.name)` is thrown: let it end in Error (malformed input), Failure (the"
              + " work could not be done) or Refusal (it is not permitted).")
        }
    }
  }

  /// Whether some of the last words of a name, together, are a noun of the glossary.
  private static func isKnown(_ name: String, _ nouns: Set<String>) -> Bool {
    let parts = PrivateWords.parts(of: name)
    return parts.indices.contains { start in
      let word = parts[start...].joined()
      return singulars(of: word).contains(where: nouns.contains)
    }
  }

  /// A word and what it may be the plural of.
  private static func singulars(of word: String) -> [String] {
    var words = [word]
    if word.hasSuffix("s") { words.append("\(word.dropLast())") }
    if word.hasSuffix("ies") { words.append("\(word.dropLast(3))y") }
    return words
  }
}
