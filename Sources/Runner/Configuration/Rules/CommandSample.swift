internal import RunnerCore

/// Values of the fields of a command as a request might give them, so that its arguments can be
/// held against the rules of the entry before any request comes.
struct CommandSample {
  let command: EntryCommand

  /// Requests: with all fields, without those that may be absent, and with each value of each
  /// choice. Empty where a text that must be given has no example: what it may be is not known.
  var requests: [[String: CommandValue]] {
    var all: [String: CommandValue] = [:]
    var least: [String: CommandValue] = [:]
    for field in command.fields {
      guard let value = value(of: field) else {
        if field.isRequired { return [] }
        continue
      }
      all[field.name] = value
      if field.isRequired { least[field.name] = value }
    }
    var requests = [all, least]
    for field in command.fields {
      guard case .choice(let choices) = field.kind else { continue }
      for choice in choices {
        var request = all
        request[field.name] = .text(choice.value)
        requests.append(request)
      }
    }
    return requests
  }

  private func value(of field: CommandField) -> CommandValue? {
    if field.kind == .flag { return .flag(true) }
    if let given = field.example ?? field.defaultValue { return given }
    let folders = command.folders
    switch field.kind {
    case .path(let isWritten, let endings):
      return path(isWritten ? folders.write : folders.read + folders.write, endings, field)
    case .output(let endings): return path(folders.write, endings, field)
    case .integer(let range): return .integer(range.contains(0) ? 0 : range.lowerBound)
    case .number(let range): return CommandValue(number: range.lowerBound)
    case .choice(let choices): return .text(choices[0].value)
    case .flag: return .flag(true)
    case .text(let bytes, let characters):
      return characters.map { .text($0.sample(max(1, bytes.lowerBound))) }
    }
  }

  private func path(
    _ folders: [String], _ endings: [String], _ field: CommandField
  ) -> CommandValue? {
    folders.first.map { .text("\($0)/\(field.name)\(endings.first ?? "")") }
  }
}
