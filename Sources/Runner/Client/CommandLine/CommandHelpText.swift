/// What `http-runner COMMAND --help` prints, made of the table of `ClientCommand`.
package enum CommandHelpText {
  private static let columnsMax = 96
  private static let sentenceColumn = 32

  /// The text, with a line feed at its end.
  package static func text(of command: ClientCommand) -> String {
    var text = "Usage: http-runner \(command.rawValue)"
    if !command.options.isEmpty { text += " [options]" }
    if !command.operands.isEmpty { text += " \(command.operands)" }
    text += "\n\n" + command.paragraphs.map { wrapped($0, from: 0) }.joined(separator: "\n\n")
    text += "\n\n"
    for option in command.options {
      let name = "  --\(option.name)" + (option.placeholder.map { " \($0)" } ?? "")
      let gap = sentenceColumn - name.count
      text += name + (gap >= 2 ? spaces(gap) : "\n" + spaces(sentenceColumn))
      text += wrapped(option.help, from: sentenceColumn) + "\n"
    }
    let codes = command.isForJob ? ManualText.jobCodes : ManualText.codes
    let list = codes.map { "\($0.code) \($0.meaning)" }.joined(separator: ", ")
    return text + (command.options.isEmpty ? "" : "\n") + wrapped("Exit code: \(list).", from: 0)
      + "\n"
  }

  private static func wrapped(_ text: String, from column: Int) -> String {
    var lines = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if column + last.count + 1 + word.count <= columnsMax {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n" + spaces(column))
  }

  private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
}
