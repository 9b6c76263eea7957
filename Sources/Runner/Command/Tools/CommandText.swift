internal import RunnerConfiguration
internal import RunnerCore

/// Commands and hooks of an entry in words.
enum CommandText {
  /// A line for each command with its fields, and for each hook.
  static func lines(_ entry: ConfiguredEntry) -> [String] {
    entry.commands.map { command in
      let fields = command.fields.map(text)
      return "\(command.name): " + (fields.isEmpty ? "no fields" : fields.joined(separator: ", "))
    }
      + entry.hooks.map { hook in
        let proof = hook.proof.map { "; calls are proven by \(text($0)) with \($0.file)" } ?? ""
        return "hooks/\(hook.name): calls \(hook.command)\(proof)"
      }
  }

  private static func text(_ field: CommandField) -> String {
    let words: [String?] = [
      field.kindName, bounds(of: field),
      field.defaultValue.map { "by default \($0.argument)" },
      field.isRequired ? "required" : nil,
    ]
    return "\(field.name) (\(words.compactMap(\.self).joined(separator: ", ")))"
  }

  private static func bounds(of field: CommandField) -> String? {
    switch field.kind {
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      "\(CommandValue(number: range.lowerBound).argument) to "
        + CommandValue(number: range.upperBound).argument
    case .choice(let choices): choices.map(\.value).joined(separator: " | ")
    case .path, .output, .flag, .text: nil
    }
  }

  private static func text(_ proof: HookCredential) -> String {
    switch proof.scheme {
    case .hub: "X-Hub-Signature-256"
    case .standard: "Standard Webhooks"
    case .field(let name): "the field \(name)"
    }
  }
}
