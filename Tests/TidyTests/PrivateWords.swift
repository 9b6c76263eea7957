/// Words that only their author understands, each with the field's word.
enum PrivateWords {
  /// Parts of identifiers in Sources.
  static let inNames: [String: String] = [
    "shelf": "pool", "shelves": "pools", "bell": "wake-up message", "bill": "usage",
    "wish": "preference or query", "wishes": "preferences", "heir": "replacement",
    "heirs": "replacements", "mailbox": "queue",
    "news": "update", "rung": "notified", "beat": "heartbeat", "seat": "box",
    "leftovers": "unfinished jobs", "fate": "recovery action", "tend": "maintain",
    "tending": "maintenance", "owe": "enqueue", "owes": "has pending", "forgetting": "retention",
    "bookkeeping": "accounting", "putback": "requeue", "silence": "drain",
  ]

  /// Words of comments in Sources.
  static let inComments: [String: String] = [
    "whoever": "the caller, the client, the process", "whomever": "the caller",
    "nobody": "no process, no client, nothing", "somebody": "another process, a user",
    "anybody": "any process, any user", "shelf": "pool", "shelves": "pools",
    "bell": "wake-up message", "heir": "replacement", "heirs": "replacements",
    "rung": "notified",
  ]

  static func findings(in file: SourceFile) -> [Finding] {
    guard file.isBelow("Sources"), file.isCode else { return [] }
    return nameFindings(in: file) + commentFindings(in: file)
  }

  private static func nameFindings(in file: SourceFile) -> [Finding] {
    var told: Set<String> = []
    return file.tokens.flatMap { token in
      parts(of: token.text).compactMap { part in
        guard let word = inNames[part], told.insert(token.text).inserted else { return nil }
        return finding(file, token.line, "`\(token.text)`", part, word)
      }
    }
  }

  private static func commentFindings(in file: SourceFile) -> [Finding] {
    file.lines.enumerated().flatMap { index, line -> [Finding] in
      guard let comment = comment(of: line) else { return [] }
      return comment.split { !$0.isLetter && $0 != "`" }.compactMap { part in
        inComments[part.lowercased()].map { finding(file, index + 1, "the comment", "\(part)", $0) }
      }
    }
  }

  /// What stands behind `//`, or in a line of a block comment of C.
  private static func comment(of line: String) -> Substring? {
    let text = line.drop { $0 == " " }
    if text.hasPrefix("* ") || text.hasPrefix("/*") { return text }
    return line.firstRange(of: "//").map { line[$0.lowerBound...] }
  }

  private static func finding(
    _ file: SourceFile, _ line: Int, _ place: String, _ word: String, _ instead: String
  ) -> Finding {
    Finding(
      path: file.path, line: line,
      message: "\(place) says `\(word)`, which the field does not; it says \(instead)")
  }

  /// The words of an identifier in lower case: `aJobID`, `a_job_id` and `AJobID` have the same.
  static func parts(of name: String) -> [String] {
    let letters = Array(name)
    var parts: [String] = []
    for (index, letter) in letters.enumerated() {
      let isAfterSmall = index > 0 && !letters[index - 1].isUppercase
      let isBeforeSmall = index + 1 < letters.count && letters[index + 1].isLowercase
      if letter == "_" || (letter.isUppercase && (isAfterSmall || isBeforeSmall)) || index == 0 {
        parts.append("")
      }
      if letter != "_" { parts[parts.count - 1] += letter.lowercased() }
    }
    return parts.filter { !$0.isEmpty }
  }
}
