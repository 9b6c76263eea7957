import TextFormats

/// `commands`: the named commands of the service, and the fields of one.
struct CommandsCommand {
  let invocation: ClientInvocation
  let client: ServiceClient
  let output: TerminalOutput

  private static let nameColumns = 24

  /// - Returns: the exit code.
  func run() throws(ClientFailure) -> Int32 {
    let commands = try CommandFields.commands(client)
    if let name = invocation.operands.first {
      guard let command = commands.first(where: { $0["name"]?.text == name }) else {
        throw ClientFailure(.usage, "The service has no command `\(name)`.")
      }
      if invocation.has("json") {
        output.emit(line: command.line)
      } else {
        for line in Self.lines(of: command) { output.emit(line: line) }
      }
      return ClientExit.ok.rawValue
    }
    for command in commands {
      output.emit(
        line: invocation.has("json") ? command.line : Array(Self.line(of: command).utf8))
    }
    return ClientExit.ok.rawValue
  }

  /// A command in a line.
  static func line(of command: JSONNode) -> String {
    let name = command["name"]?.text ?? "-"
    let text = command["title"]?.text ?? command["description"]?.text ?? ""
    return TerminalOutput.plain(
      text.isEmpty ? name : JobListing.padded(name, nameColumns) + "  " + text)
  }

  /// A command with its fields, one a line.
  static func lines(of command: JSONNode) -> [String] {
    var lines = [line(of: command)]
    if command["title"] != nil, let text = command["description"]?.text {
      lines.append("  " + TerminalOutput.plain(text))
    }
    guard case .object(let fields)? = command["schema"]?["properties"]?.content else {
      return lines
    }
    let required = (command["schema"]?["required"]?.elements ?? []).compactMap(\.text)
    for field in fields where field.key != "command" {
      let option = "  --\(CommandFields.optionName(of: field.key))"
      let word = field.value["type"]?.text == "boolean" ? option : "\(option) \(value(field.value))"
      var words = [JobListing.padded(word, nameColumns + 2)]
      if let title = field.value["title"]?.text { words.append(title) }
      if let text = field.value["description"]?.text { words.append("(\(text))") }
      if let standard = field.value["default"], field.value["type"]?.text != "boolean" {
        words.append("[\(standard.text ?? String(decoding: standard.line, as: UTF8.self))]")
      } else if !required.contains(field.key) {
        words.append("[optional]")
      }
      lines.append(TerminalOutput.plain(words.joined(separator: " ")))
    }
    return lines
  }

  /// What a value may be.
  private static func value(_ field: JSONNode) -> String {
    if let choices = field["oneOf"]?.elements {
      return choices.compactMap { $0["const"]?.text }.joined(separator: "|")
    }
    let number = { (name: String) in
      field[name].map { String(decoding: $0.line, as: UTF8.self) }
    }
    if let first = number("minimum"), let last = number("maximum") { return "\(first)..\(last)" }
    guard let endings = field["x-endings"]?.elements else {
      return field["x-field"]?.text == "text" ? "TEXT" : "PATH"
    }
    return "PATH(" + endings.compactMap(\.text).joined(separator: "|") + ")"
  }
}
