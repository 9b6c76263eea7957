/// docs/recipes: what they name is in the code, and their lists of files are whole.
enum Recipes {
  /// Backticked names of types and their members that no code has.
  static func strangers(in page: SourceFile, words: Set<String>) -> [Finding] {
    page.lines.enumerated().flatMap { index, line in
      symbols(in: line).filter { symbol in
        !symbol.split { $0 == "." || $0 == "+" }.allSatisfy { words.contains(String($0)) }
      }.map {
        Finding(
          path: page.path, line: index + 1,
          message: "`\($0)` is in no code: a recipe that names what is gone leads astray")
      }
    }
  }

  /// Files that have the name of a line "Follow `name` through folder, folder:" and are not on
  /// the page.
  static func gaps(in page: SourceFile, files: [SourceFile]) -> [Finding] {
    page.lines.enumerated().flatMap { index, line -> [Finding] in
      guard let (name, folders) = example(in: line) else { return [] }
      let users = files.filter { file in
        folders.contains { file.isBelow($0) } && file.tokens.contains { $0.text == name }
      }
      guard !users.isEmpty else {
        return [Finding(path: page.path, line: index + 1, message: "no file there has `\(name)`")]
      }
      return users.filter { !page.text.contains($0.name) }.map {
        Finding(
          path: page.path, line: index + 1,
          message: "does not name \($0.path), which has `\(name)` as well: who follows the recipe"
            + " misses a place")
      }
    }
  }

  /// Of the form `Type`, `Type.member` or `Type+topic`.
  private static func symbols(in line: String) -> [String] {
    line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      .filter { text in
        text.first?.isUppercase == true && text.contains { $0.isLowercase }
          && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "+" }
          && ![".md", ".swift"].contains { text.hasSuffix($0) }
      }
  }

  private static func example(in line: String) -> (name: String, folders: [String])? {
    guard let start = line.firstRange(of: "ollow `"), let end = line.firstRange(of: "` through ")
    else { return nil }
    let folders = line[end.upperBound...].split(separator: ",").map { part in
      String(part.filter { $0 != " " && $0 != ":" })
    }
    return (String(line[start.upperBound..<end.lowerBound]), folders)
  }
}
