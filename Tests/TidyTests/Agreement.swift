/// Documents that say what code says, held to it word by word.
enum Agreement {
  /// Long options of the settings that have one, `Setting.Flag("name", …)`, with their dashes.
  static func options(in files: [SourceFile]) -> Set<String> {
    Set(
      files.flatMap { file in
        file.text.split(separator: "Setting.Flag(").dropFirst().compactMap { row in
          let parts = row.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
          return parts.count == 3 ? "--\(parts[1])" : nil
        }
      })
  }

  /// An option that no page mentions cannot be found by those who need it.
  static func undocumented(_ options: Set<String>, pages: [String]) -> [Finding] {
    let known = pages.flatMap { page in
      page.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init)
    }
    return options.subtracting(known).sorted().map {
      Finding(
        path: "README.md", line: 0,
        message: "neither README.md nor docs mentions \($0): what is not written down is not there"
          + " for its users. Add it to the table of options.")
    }
  }

  /// The numbered steps of the block that begins with the line ` * Order`.
  static func orderInCode(_ text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let block = lines.drop { $0 != " * Order" }.prefix { !$0.contains("*/") }
    return block.compactMap { line in
      guard line.hasPrefix(" * ") else { return nil }
      return step(line.dropFirst(3).drop { $0 == " " }, opening: "", closing: ":")
    }
  }

  /// The numbered steps below a heading.
  static func orderInDocument(_ text: String, heading: String) -> [String] {
    section(heading, of: text).compactMap {
      step($0[...], opening: "**", closing: "**:")
    }
  }

  /// Names of test functions, with or without backticks.
  static func tests(in text: String) -> Set<String> {
    Set(
      text.split(separator: "func ").dropFirst().compactMap { rest in
        rest.first == "`"
          ? rest.dropFirst().split(separator: "`", maxSplits: 1).first.map(String.init)
          : rest.split(separator: "(", maxSplits: 1).first.map(String.init)
      })
  }

  /// The first heading of a changelog that is a version.
  static func topVersion(of changelog: String) -> String? {
    changelog.split(separator: "\n").lazy.filter { $0.hasPrefix("## ") }.compactMap {
      version(in: $0)
    }.first
  }

  /// The first constant whose value is a version.
  static func versionConstant(in text: String) -> String? {
    text.split(separator: "\n").lazy.compactMap { line in
      let parts = line.split(separator: "=", maxSplits: 1)
      return parts.count == 2 && parts[0].contains("let ") ? version(in: parts[1]) : nil
    }.first
  }

  private static func version(in line: Substring) -> String? {
    line.split { !$0.isNumber && $0 != "." }.first { $0.split(separator: ".").count == 3 }
      .map(String.init)
  }

  /// The name in `12. name: words`, with its marks taken away.
  private static func step(
    _ line: Substring, opening: String, closing: String
  ) -> String? {
    let digits = line.prefix(while: \.isNumber)
    let rest = line.dropFirst(digits.count)
    guard !digits.isEmpty, rest.hasPrefix(". " + opening) else { return nil }
    let named = rest.dropFirst(2 + opening.count)
    guard let end = named.firstRange(of: closing) else { return nil }
    return "\(digits). \(named[..<end.lowerBound])"
  }

  private static func section(_ title: String, of text: String) -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let start = lines.firstIndex { $0.hasPrefix("## ") && $0.contains(title) }
    guard let start else { return [] }
    return Array(lines[(start + 1)...].prefix { !$0.hasPrefix("## ") })
  }
}
