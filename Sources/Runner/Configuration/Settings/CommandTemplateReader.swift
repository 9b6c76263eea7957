internal import RunnerCore

/// Reads the words of a command: strings, lists of strings that stand together, and objects with a
/// condition.
struct CommandTemplateReader {
  /// Fields of the command.
  let fields: [CommandField]

  static let conditionKeys = ["when", "is", "words"]

  func groups(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [CommandGroup]? {
    guard
      let elements = SettingKind.elements(node, key, EntryCommand.templateMax, &problems)
    else { return nil }
    return elements.enumerated().compactMap { index, element in
      let elementKey = "\(key)[\(index)]"
      switch element.content {
      case .text: return word(element, elementKey, &problems).map { CommandGroup([$0]) }
      case .list: return words(element, elementKey, &problems).map { CommandGroup($0) }
      case .object: return conditional(element, elementKey, &problems)
      default:
        problems.add(
          element.position, elementKey,
          "It must be a word, a list of words, or an object with when and words, not "
            + "\(element.content.kindName).")
        return nil
      }
    }
  }

  private func words(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [CommandWord]? {
    guard
      let elements = SettingKind.elements(node, key, CommandGroup.countMax, &problems)
    else { return nil }
    guard !elements.isEmpty else {
      problems.add(node.position, key, "It has no word.")
      return nil
    }
    return elements.enumerated().compactMap { word($1, "\(key)[\($0)]", &problems) }
  }

  private func conditional(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> CommandGroup? {
    guard
      let members = ObjectReader.members(node, key, keys: Self.conditionKeys, &problems)
    else { return nil }
    let member = { (name: String) in members.first { $0.key == name }?.value }
    guard let name = member("when"), case .text(let fieldName) = name.content,
      let list = member("words")
    else {
      problems.add(node.position, key, "It needs when, the name of a field, and words, a list.")
      return nil
    }
    guard let field = fields.first(where: { $0.name == fieldName }) else {
      problems.add(name.position, "\(key).when", unknown(fieldName))
      return nil
    }
    var wanted: String?
    if let value = member("is") {
      guard case .text(let text) = value.content, case .choice(let choices) = field.kind,
        choices.contains(where: { $0.value == text })
      else {
        problems.add(value.position, "\(key).is", "It must be one of the values of a choice.")
        return nil
      }
      wanted = text
    }
    return words(list, "\(key).words", &problems).map {
      CommandGroup($0, condition: CommandGroup.Condition(field: fieldName, value: wanted))
    }
  }

  private func word(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> CommandWord? {
    guard case .text(let text) = node.content else {
      problems.add(node.position, key, "It must be a string, not \(node.content.kindName).")
      return nil
    }
    let word: CommandWord
    do throws(CommandWord.ParseError) {
      word = try CommandWord(text)
    } catch {
      problems.add(node.position, key, error.error)
      return nil
    }
    for name in word.fields {
      guard let field = fields.first(where: { $0.name == name }) else {
        problems.add(node.position, key, unknown(name))
        return nil
      }
      if let why = misuse(of: field, in: word) {
        problems.add(node.position, key, why)
        return nil
      }
    }
    return word
  }

  private func misuse(of field: CommandField, in word: CommandWord) -> String? {
    switch field.kind {
    case .flag:
      "`\(field.name)` is a flag and has no text. Write {when: \"\(field.name)\", words: [...]}."
    case .path, .output:
      word.parts.last == .field(field.name)
        ? nil : "A path ends its word: what follows could become a part of it."
    case .integer, .number, .choice, .text: nil
    }
  }

  private func unknown(_ name: String) -> String {
    let hint = SpellingSuggestion.nearest(to: name, among: fields.map(\.name))
    return "There is no field `\(name)`." + (hint.map { " Did you mean \($0)?" } ?? "")
      + " For a brace of the word itself write \\{."
  }
}
