/// Reads the template of a command backwards: finds fields that make given arguments.
///
/// What it finds is put into the template again and has to make the same arguments, so that a wrong
/// guess is never an answer. Where several calls make them it finds one.
struct CommandSearch {
  private typealias Values = [String: CommandValue]

  /// Groups and words that are tried at most: a template with many groups that may be left away has
  /// more ways than are worth the time.
  static let stepsMax = 4096

  private let command: EntryCommand
  private let arguments: [[UInt8]]
  private var stepsLeft: Int

  private init(_ command: EntryCommand, _ arguments: [String], _ stepsLeft: Int) {
    self.command = command
    self.stepsLeft = stepsLeft
    self.arguments = arguments.map { Array($0.utf8) }
  }

  /// Values of fields by which `command` makes exactly these arguments; nil where none were found.
  ///
  /// - Parameter steps: that are left; those that it takes are subtracted.
  static func values(
    by command: EntryCommand, making arguments: [String], within steps: inout Int
  ) -> [String: CommandValue]? {
    var matcher = CommandSearch(command, arguments, steps)
    defer { steps = matcher.stepsLeft }
    return matcher.match(group: 0, at: 0, [:])
  }

  private mutating func takeStep() -> Bool {
    stepsLeft -= 1
    return stepsLeft >= 0
  }

  private mutating func match(group: Int, at place: Int, _ values: Values) -> Values? {
    guard takeStep() else { return nil }
    guard group < command.template.count else {
      return place == arguments.count ? completed(values, command.fields[...]) : nil
    }
    let words = command.template[group]
    if let taken = taking(words, at: place, values),
      let found = match(group: group + 1, at: place + words.words.count, taken)
    {
      return found
    }
    return match(group: group + 1, at: place, leaving(words, values))
  }

  /// The values with those that a group says when it stands at `place`; nil where it does not.
  private func taking(_ group: CommandGroup, at place: Int, _ values: Values) -> Values? {
    guard place + group.words.count <= arguments.count else { return nil }
    var values = values
    if let condition = group.condition, let field = command.field(condition.field) {
      if let wanted = condition.value {
        guard Self.bind(Array(wanted.utf8)[...], to: field, in: &values) else { return nil }
      } else if field.kind == .flag {
        guard Self.bind(Array("true".utf8)[...], to: field, in: &values) else { return nil }
      }
    }
    for (word, argument) in zip(group.words, arguments[place...]) {
      guard read(word, argument[...], &values) else { return nil }
    }
    return values
  }

  /// The values where a group is left away: a flag on which it hangs is false.
  private func leaving(_ group: CommandGroup, _ values: Values) -> Values {
    guard let condition = group.condition, condition.value == nil, values[condition.field] == nil,
      command.field(condition.field)?.kind == .flag
    else { return values }
    var values = values
    values[condition.field] = .flag(false)
    return values
  }

  /// Reads one argument by a word: up to the next literal text each field takes all that stands
  /// there.
  private func read(
    _ word: CommandWord, _ argument: ArraySlice<UInt8>, _ values: inout Values
  ) -> Bool {
    var rest = argument
    for (index, part) in word.parts.enumerated() {
      switch part {
      case .literal(let literal):
        guard rest.starts(with: literal.utf8) else { return false }
        rest = rest.dropFirst(literal.utf8.count)
      case .field(let name):
        guard let field = command.field(name) else { return false }
        var end = rest.endIndex
        if index + 1 < word.parts.count {
          guard case .literal(let next) = word.parts[index + 1],
            let found = Self.place(of: Array(next.utf8), in: rest)
          else { return false }
          end = found
        }
        guard Self.bind(rest[..<end], to: field, in: &values) else { return false }
        rest = rest[end...]
      }
    }
    return rest.isEmpty
  }

  private static func place(of needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.indices.first { bytes[$0...].starts(with: needle) }
  }

  /// Gives a field the value that stands for it in an argument.
  ///
  /// - Returns: false where that is none of its type, or it has another one.
  private static func bind(
    _ text: ArraySlice<UInt8>, to field: CommandField, in values: inout Values
  ) -> Bool {
    guard let text = String(validating: text, as: UTF8.self),
      let value = value(of: text, for: field), value.argument == text
    else { return false }
    if let known = values[field.name] { return known == value }
    values[field.name] = value
    return true
  }

  private static func value(of text: String, for field: CommandField) -> CommandValue? {
    switch field.kind {
    case .integer: Int(text).map { .integer($0) }
    case .number: Double(text).map { CommandValue(number: $0) }
    case .flag: text == "true" ? .flag(true) : text == "false" ? .flag(false) : nil
    case .path, .output, .choice, .text: .text(text)
    }
  }

  /// The values, where they make the arguments: as they are, or with choices that no word says.
  private mutating func completed(_ values: Values, _ fields: ArraySlice<CommandField>) -> Values? {
    guard takeStep() else { return nil }
    guard let field = fields.first else { return makesArguments(values) ? values : nil }
    if let found = completed(values, fields.dropFirst()) { return found }
    guard values[field.name] == nil, case .choice(let choices) = field.kind else { return nil }
    for choice in choices {
      var values = values
      values[field.name] = .text(choice.value)
      if let found = completed(values, fields.dropFirst()) { return found }
    }
    return nil
  }

  private func makesArguments(_ values: Values) -> Bool {
    do throws(CommandFieldError) {
      return try command.arguments(values).map { Array($0.utf8) } == arguments
    } catch {
      return false
    }
  }
}
