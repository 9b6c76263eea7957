/// How long files, functions and lines may be. A reader holds about one screen in mind at a time.
enum LengthRules {
  static let fileLinesMax = 400
  static let fileLinesMedianMax = 120
  static let fileLinesNinetiethMax = 300
  static let functionLinesMax = 60
  static let lineCharactersMax = 100

  static func longFiles(_ files: [SourceFile]) -> [Finding] {
    files.filter { $0.isCode && $0.lines.count > fileLinesMax }.map {
      Finding(
        path: $0.path, line: 0,
        message: "\($0.lines.count) lines, at most \(fileLinesMax): what has two subjects is read"
          + " past. Move one of them into a file of its own.")
    }
  }

  /// The shape of all files together, which no single one shows.
  static func shape(_ files: [SourceFile]) -> [Finding] {
    let lengths = files.filter(\.isCode).map(\.lines.count).sorted()
    guard !lengths.isEmpty else { return [] }
    let measures = [
      ("median", lengths[lengths.count / 2], fileLinesMedianMax),
      ("ninetieth percentile", lengths[(lengths.count * 9 - 1) / 10], fileLinesNinetiethMax),
    ]
    return measures.filter { $0.1 > $0.2 }.map {
      Finding(
        path: "Sources", line: 0,
        message: "the \($0.0) of file lengths is \($0.1) lines, at most \($0.2): most files should"
          + " be read in one sitting. Cut the longest by subject.")
    }
  }

  static func longFunctions(_ file: SourceFile) -> [Finding] {
    let functions =
      file.isSwift ? DeclarationScan.swift(file.tokens) : DeclarationScan.c(file.tokens)
    return functions.filter { $0.lineCount > functionLinesMax }.map {
      Finding(
        path: file.path, line: $0.firstLine,
        message: "\($0.name) has \($0.lineCount) lines, at most \(functionLinesMax): its paths can"
          + " no longer be seen at once. Give its parts names.")
    }
  }

  static func longLines(_ file: SourceFile) -> [Finding] {
    guard file.isCode else { return [] }
    return file.lines.enumerated().filter { $0.element.count > lineCharactersMax }.map {
      Finding(
        path: file.path, line: $0.offset + 1,
        message: "\($0.element.count) characters, at most \(lineCharactersMax): two files fit"
          + " beside each other at that width. Break the line.")
    }
  }
}
