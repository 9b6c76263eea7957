/// One primary type a file, and the file has its name: what is looked for is found by its name.
///
/// A small companion may stay: an error that only this type throws, a value that only it takes.
enum FileNames {
  static let companionsMax = 2
  static let companionLinesMax = 25

  private static let kinds: Set<String> = ["struct", "class", "enum", "actor", "protocol"]

  static func findings(in file: SourceFile) -> [Finding] {
    guard file.isSwift, file.isBelow("Sources"), file.name != "main.swift" else { return [] }
    let base = String(file.name.dropLast(".swift".count))
    let primary = primaryTypes(in: file.tokens)
    if base.contains("+") {
      let type = String(base.prefix { $0 != "+" })
      return extensions(in: file.tokens).contains(type)
        ? []
        : [
          Finding(
            path: file.path, line: 0,
            message: "the name promises an extension of \(type), and there is none."
              + " Name the file after what it extends: Type+topic.swift.")
        ]
    }
    let named = primary.filter { $0.name == base }
    let others = primary.filter { $0.name != base }
    let functions = topLevelFunctions(in: file.tokens)
    if named.isEmpty, !functions.contains(base) {
      return [
        Finding(
          path: file.path, line: 0,
          message: "declares no \(base): a type is looked for in the file of its name."
            + " Rename one of them; extensions go into Type+topic.swift.")
      ]
    }
    let excess = others.enumerated().filter { index, type in
      index >= companionsMax || type.lineCount > companionLinesMax
    }
    return excess.map { _, type in
      Finding(
        path: file.path, line: type.firstLine,
        message: "\(type.name) stands beside \(base): one primary type a file, so that it is"
          + " found, and at most \(companionsMax) companions of \(companionLinesMax) lines."
          + " Make it private, nest it in \(base), or move it to \(type.name).swift.")
    }
  }

  /// Types at the outermost level that other files can see.
  static func primaryTypes(in tokens: [Token]) -> [DeclarationScan.Declaration] {
    outermost(in: tokens).compactMap { index in
      guard kinds.contains(tokens[index].text), index + 1 < tokens.count else { return nil }
      let line = tokens[index].line
      let before = tokens[..<index].suffix { $0.line == line }.map(\.text)
      guard !before.contains("private"), !before.contains("fileprivate"), !before.contains("import")
      else { return nil }
      return DeclarationScan.type(at: index, in: tokens)
    }
  }

  private static func extensions(in tokens: [Token]) -> Set<String> {
    names(after: "extension", in: tokens)
  }

  private static func topLevelFunctions(in tokens: [Token]) -> Set<String> {
    names(after: "func", in: tokens)
  }

  private static func names(after word: String, in tokens: [Token]) -> Set<String> {
    Set(
      outermost(in: tokens).compactMap {
        tokens[$0].text == word && $0 + 1 < tokens.count ? tokens[$0 + 1].text : nil
      })
  }

  private static func outermost(in tokens: [Token]) -> [Int] {
    var depth = 0
    var indices: [Int] = []
    for index in tokens.indices {
      switch tokens[index].text {
      case "{", "(": depth += 1
      case "}", ")": depth -= 1
      default: if depth == 0 { indices.append(index) }
      }
    }
    return indices
  }
}

extension ArraySlice {
  /// The longest end all of whose elements satisfy `condition`.
  fileprivate func suffix(_ condition: (Element) -> Bool) -> ArraySlice<Element> {
    let start = lastIndex { !condition($0) }.map { $0 + 1 } ?? startIndex
    return self[start...]
  }
}
