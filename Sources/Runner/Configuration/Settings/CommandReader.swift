internal import RunnerCore
import TextFormats

/// Reads the commands of an entry: an object of names and, for each, its fields and the words that
/// they go into.
enum CommandReader {
  static let keys = ["title", "description", "fields", "arguments"]

  static func commands(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [EntryCommand]? {
    guard
      let members = named(node, key, countMax: EntryCommand.countMax, "commands", &problems)
    else { return nil }
    return members.compactMap { member in
      guard AliasValue.isAlias(member.key) else {
        problems.add(
          member.position, "\(key).\(member.key)",
          "A name has at most 64 lower-case letters, digits, `.`, `_` and `-`, and begins with a "
            + "letter or digit.")
        return nil
      }
      return command(member, "\(key).\(member.key)", &problems)
    }
  }

  /// The members of an object of names, at most `countMax`.
  static func named(
    _ node: JSON5Node, _ key: String, countMax: Int, _ noun: String, _ problems: inout ProblemList
  ) -> [JSON5Member]? {
    guard case .object(let members) = node.content else {
      problems.add(
        node.position, key,
        "It must be an object of names and \(noun), in braces, not \(node.content.kindName).")
      return nil
    }
    guard members.count <= countMax else {
      problems.add(
        node.position, key, "It has \(members.count) \(noun); at most \(countMax) fit.")
      return nil
    }
    return members
  }

  private static func command(
    _ member: JSON5Member, _ key: String, _ problems: inout ProblemList
  ) -> EntryCommand? {
    guard let parts = ObjectReader.members(member.value, key, keys: keys, &problems) else {
      return nil
    }
    let part = { (name: String) in parts.first { $0.key == name }?.value }
    var fields: [CommandField] = []
    if let node = part("fields") {
      let members = named(
        node, "\(key).fields", countMax: EntryCommand.fieldsMax, "fields", &problems)
      fields = (members ?? []).compactMap {
        CommandFieldReader.field($0, "\(key).fields.\($0.key)", &problems)
      }
    }
    guard let node = part("arguments") else {
      problems.add(member.position, "\(key).arguments", "It is missing: the list of its words.")
      return nil
    }
    let template = CommandTemplateReader(fields: fields).groups(
      node, "\(key).arguments", &problems)
    guard let template else { return nil }
    let command = EntryCommand(
      name: member.key, title: text(part("title"), "\(key).title", &problems),
      description: text(part("description"), "\(key).description", &problems), fields: fields,
      template: template)
    checkUse(of: command, member.position, key, &problems)
    return command
  }

  /// Text for people: one line.
  static func text(
    _ node: JSON5Node?, _ key: String, _ problems: inout ProblemList
  ) -> String? {
    guard let node else { return nil }
    guard case .text(let text) = node.content, !text.isEmpty, text.utf8.count <= textBytesMax,
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
    else {
      problems.add(
        node.position, key, "It must be a string of 1 to \(textBytesMax) bytes, on one line.")
      return nil
    }
    return text
  }

  static let textBytesMax = 1024

  /// A field that goes nowhere is a slip of the pen.
  private static func checkUse(
    of command: EntryCommand, _ position: SourcePosition, _ key: String,
    _ problems: inout ProblemList
  ) {
    let used = Set(
      command.template.flatMap { group in
        group.words.flatMap(\.fields) + (group.condition.map { [$0.field] } ?? [])
      })
    for field in command.fields where !used.contains(field.name) {
      problems.add(
        position, "\(key).fields.\(field.name)",
        "No word of arguments has it. Write {\(field.name)}.")
    }
  }
}
