internal import RunnerClient
internal import RunnerConfiguration

/// What `--help` prints, made from `OptionTable`.
package enum HelpText {
  /// Columns of the text at most.
  package static let columnsMax = 96
  /// Where the sentences begin.
  private static let sentenceColumn = 38

  /// Output of `--help`, with a line feed at its end.
  package static let text = head + groups + commands + tail

  private static let head = """
    Usage: http-runner -w PATH[,PATH...] [options]
           http-runner COMMAND [--help]

    Runs whitelisted programs for clients that POST {"command": PATH, "args": "..."} to /,
    each in a sandbox of its own, and gives back output and exit code by GET /ID.

    """

  private static let tail = """

    SIZE is in bytes; K, M and G mean powers of 1024.

    Examples:
      http-runner -w /usr/bin/ffmpeg
      http-runner -p 8080 -w /usr/bin/ffmpeg,/usr/bin/rake -n 500 --user media

    """

  private static var groups: String {
    OptionRow.Group.allCases.map { group in
      let rows = OptionTable.rows.filter { $0.group == group }
      return "\n\(group.rawValue):\n" + rows.map(lines).joined()
    }.joined()
  }

  private static var commands: String {
    let own = SubcommandTable.standard.known.map { row($0.rawValue, $0.summary) }
    let client = ClientCommand.allCases.map { row($0.rawValue, $0.summary) }
    return "\nCommands:\n" + own.joined() + "\nCommands of the client:\n" + client.joined()
  }

  private static func row(_ word: String, _ summary: String) -> String {
    let name = "  \(word)"
    return name + spaces(sentenceColumn - name.count) + wrapped(summary) + "\n"
  }

  private static func lines(_ row: OptionRow) -> String {
    let short = row.short.map { "-\($0), " } ?? "    "
    let value = row.placeholder.map { " \($0)" } ?? ""
    let name = "  \(short)--\(row.long)\(value)"
    let gap = sentenceColumn - name.count
    let start = gap >= 2 ? name + spaces(gap) : name + "\n" + spaces(sentenceColumn)
    let defaultValue = row.defaultValue.map { " (\($0))" } ?? ""
    return start + wrapped(row.help + defaultValue) + "\n"
  }

  /// `text` broken between words, so that each line ends before `columnsMax`.
  private static func wrapped(_ text: String) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if sentenceColumn + last.count + 1 + word.count <= columnsMax {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n" + spaces(sentenceColumn))
  }

  private static func spaces(_ count: Int) -> String {
    String(repeating: " ", count: count)
  }
}
