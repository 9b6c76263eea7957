/// The page of the manual of one command, `http-runner-COMMAND(1)`, in the macros of man(7), made
/// of the table of `ClientCommand`.
package enum ManualPage {
  /// The page, with a line feed at its end.
  package static func text(of command: ClientCommand) -> String {
    let name = "http-runner-\(command.rawValue)"
    var lines = [
      ".\\\" Made by `http-runner completions man \(command.rawValue)`.",
      ".TH \(escaped(name.uppercased())) 1 \"\" \"http-runner\" \"User Commands\"",
      ".SH NAME", "\(escaped(name)) \\- \(escaped(lowered(command.summary)))",
      ".SH SYNOPSIS", ".B http\\-runner \(command.rawValue)",
    ]
    if !command.options.isEmpty { lines.append(".RI [ options ]") }
    if !command.operands.isEmpty { lines.append(".I \(escaped(command.operands))") }
    lines.append(".SH DESCRIPTION")
    lines += [command.paragraphs.map(escaped).joined(separator: "\n.PP\n")]
    if !command.options.isEmpty { lines.append(".SH OPTIONS") }
    for option in command.options {
      let value = option.placeholder.map { " \" \\fI\(escaped($0))\\fP\"" } ?? ""
      lines += [
        ".TP", "\(value.isEmpty ? ".B" : ".BR") \\-\\-\(escaped(option.name))\(value)",
        "\(escaped(option.help)).",
      ]
    }
    lines.append(".SH EXIT STATUS")
    for (code, meaning) in command.isForJob ? ManualText.jobCodes : ManualText.codes {
      lines += [".TP", ".B \(escaped(code))", "\(escaped(meaning))."]
    }
    lines.append(".SH ENVIRONMENT")
    for (variable, meaning) in ManualText.variables {
      lines += [".TP", ".B \(variable)", "\(escaped(meaning))."]
    }
    lines += [
      ".SH FILES", ".I /etc/http\\-runner/client.json5", ".br",
      ".I ~/.config/http\\-runner/client.json5", ".PP",
      "server, tokenFile, ca, certificate, key, plainHTTP, paths, programs, fallback.",
      ".SH SEE ALSO", ".BR http\\-runner (8)",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lowered(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
  }

  /// Without what troff would take for its own: backslashes, dashes as hyphens, and a control
  /// character at the start of a line.
  private static func escaped(_ text: String) -> String {
    let escaped = text.map { letter in
      switch letter {
      case "\\": "\\e"
      case "-": "\\-"
      default: String(letter)
      }
    }.joined()
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
