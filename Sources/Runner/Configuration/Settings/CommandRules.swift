internal import RunnerCore
internal import SandboxBase

/// The rows of `arguments.allow` that admit what commands make, and little more: for
/// `arguments.fromCommands`. Bounds of numbers with a point and lengths of texts are not held.
enum CommandRules {
  /// Rows for a command. Words that always stand, one behind the other, are one row; those that may
  /// be left away are a row for each group.
  static func rows(
    of command: EntryCommand
  ) throws(ArgumentPattern.ParseError) -> [[ArgumentPattern]] {
    var rows: [[ArgumentPattern]] = []
    var run: [ArgumentPattern] = []
    for group in command.template {
      var patterns: [ArgumentPattern] = []
      for word in group.words { patterns.append(try pattern(of: word, in: command)) }
      guard isAlwaysThere(group, in: command) else {
        if !run.isEmpty { rows.append(run) }
        run = []
        rows.append(patterns)
        continue
      }
      if run.count + patterns.count > ArgumentRules.sequenceMax {
        rows.append(run)
        run = []
      }
      run += patterns
    }
    return run.isEmpty ? rows : rows + [run]
  }

  private static func isAlwaysThere(_ group: CommandGroup, in command: EntryCommand) -> Bool {
    group.condition == nil
      && group.words.flatMap(\.fields).allSatisfy { command.field($0)?.isOptional == false }
  }

  private static func pattern(
    of word: CommandWord, in command: EntryCommand
  ) throws(ArgumentPattern.ParseError) -> ArgumentPattern {
    var source = ""
    for (index, part) in word.parts.enumerated() {
      switch part {
      case .literal(let text): source += escaped(text)
      case .field(let name):
        guard let field = command.field(name) else { continue }
        source += placeholder(of: field, isFirst: index == 0)
      }
    }
    return try ArgumentPattern(source)
  }

  private static func placeholder(of field: CommandField, isFirst: Bool) -> String {
    switch field.kind {
    case .path(let isWritten, let endings):
      "{path:\(isWritten ? "write" : "read")\(suffixes(endings))}"
    case .output(let endings): "{output:write\(suffixes(endings))}"
    case .integer(let range): "{int:\(range.lowerBound)-\(range.upperBound)}"
    case .number: "{number}"
    case .choice(let choices):
      "{one:\(choices.map { escaped($0.value) }.joined(separator: "|"))}"
    case .flag: ""
    case .text(_, .some): "{word}"
    case .text: isFirst ? "{text}" : "*"
    }
  }

  /// Whether a row can hold the characters of a field: `{word}` is all that patterns have.
  static func canHold(_ field: CommandField) -> Bool {
    guard case .text(let bytes, let characters?) = field.kind else { return true }
    return characters.areOfWords && bytes.lowerBound > 0
  }

  private static func suffixes(_ endings: [String]) -> String {
    endings.isEmpty ? "" : ":\(endings.joined(separator: "|"))"
  }

  private static func escaped(_ text: String) -> String {
    String(
      text.flatMap { character in
        "\\*?{}|".contains(character) ? ["\\", character] : [character]
      })
  }
}
