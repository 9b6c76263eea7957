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
