internal import RunnerCore
import TextFormats

/// Reads the hooks of an entry: an object of names and, for each, its command, its conditions and
/// where its fields come from.
enum HookReader {
  static let keys = ["command", "when", "fields", "secret"]
  static let sourceKeys = ["from", "take", "replace", "before", "behind"]
  static let valuesMax = 64
  static let replacementsMax = 64

  static func hooks(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [EntryHook]? {
    let members = CommandReader.named(
      node, key, countMax: EntryHook.countMax, "hooks", &problems)
    return members?.compactMap { member in
      let hookKey = "\(key).\(member.key)"
      guard AliasValue.isAlias(member.key) else {
        problems.add(
          member.position, hookKey,
          "A name has at most 64 lower-case letters, digits, `.`, `_` and `-`, and begins with a "
            + "letter or digit.")
        return nil
      }
      return hook(member, hookKey, &problems)
    }
  }

  private static func hook(
    _ member: JSON5Member, _ key: String, _ problems: inout ProblemList
  ) -> EntryHook? {
    guard let parts = ObjectReader.members(member.value, key, keys: keys, &problems) else {
      return nil
    }
    let part = { (name: String) in parts.first { $0.key == name }?.value }
    guard let command = part("command"), case .text(let name) = command.content else {
      problems.add(
        member.position, "\(key).command", "It is missing: the name of a command of this entry.")
      return nil
    }
    var conditions: [EntryHook.Condition] = []
    if let node = part("when") {
      let rows = CommandReader.named(
        node, "\(key).when", countMax: EntryHook.conditionsMax, "values", &problems)
      conditions = (rows ?? []).compactMap { condition($0, "\(key).when.\($0.key)", &problems) }
    }
    var fields: [String: HookValue] = [:]
    if let node = part("fields") {
      let rows = CommandReader.named(
        node, "\(key).fields", countMax: EntryCommand.fieldsMax, "fields", &problems)
      for row in rows ?? [] {
        fields[row.key] = value(row.value, "\(key).fields.\(row.key)", &problems)
      }
    }
    var hook = EntryHook(
      name: member.key, command: name, conditions: conditions, fields: fields)
    if let node = part("secret") {
      hook.proof = HookSecretReader.proof(node, "\(key).secret", &problems)
    }
    return hook
  }

  private static func condition(
    _ member: JSON5Member, _ key: String, _ problems: inout ProblemList
  ) -> EntryHook.Condition? {
    guard let pointer = JSONPointer(member.key) else {
      problems.add(member.position, key, noPointer)
      return nil
    }
    let nodes: [JSON5Node]
    if case .list(let elements) = member.value.content {
      nodes = elements
    } else {
      nodes = [member.value]
    }
    let values = nodes.compactMap { plain($0) }
    guard values.count == nodes.count, (1...valuesMax).contains(values.count) else {
      problems.add(
        member.value.position, key, "It must be a value, or a list of 1 to \(valuesMax) values.")
      return nil
    }
    return EntryHook.Condition(pointer: pointer, values: values)
  }

  private static let noPointer =
    "It is no JSON Pointer (RFC 6901): /episodeFile/path, with ~1 for a slash and ~0 for ~."

  private static func plain(_ node: JSON5Node) -> CommandValue? {
    switch node.content {
    case .text(let text): .text(text)
    case .bool(let flag): .flag(flag)
    case .integer(let number): .integer(number)
    case .decimal(let number): CommandValue(number: number)
    case .null, .list, .object: nil
    }
  }

  private static func value(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> HookValue? {
    if let value = plain(node) { return .fixed(value) }
    guard let members = ObjectReader.members(node, key, keys: sourceKeys, &problems) else {
      return nil
    }
    let member = { (name: String) in members.first { $0.key == name }?.value }
    guard let from = member("from"), case .text(let text) = from.content,
      let pointer = JSONPointer(text)
    else {
      problems.add(node.position, "\(key).from", noPointer)
      return nil
    }
    var source = HookValue.Source(pointer: pointer)
    do throws(ValueError) {
      let part = try self.text(member("take")) ?? "all"
      guard let part = HookValue.Source.Part(rawValue: part) else {
        throw ValueError("take is \"all\", \"name\" or \"stem\".")
      }
      source.part = part
      source.before = try self.text(member("before")) ?? ""
      source.behind = try self.text(member("behind")) ?? ""
      source.replacements = try replacements(member("replace"))
    } catch {
      problems.add(node.position, key, error.why)
      return nil
    }
    return .taken(source)
  }

  private static func text(_ node: JSON5Node?) throws(ValueError) -> String? {
    guard let node else { return nil }
    guard case .text(let text) = node.content, text.utf8.count <= CommandReader.textBytesMax else {
      throw ValueError(
        "take, before and behind are strings of at most \(CommandReader.textBytesMax) bytes.")
    }
    return text
  }

  private static func replacements(
    _ node: JSON5Node?
  ) throws(ValueError) -> [HookValue.Replacement] {
    guard let node else { return [] }
    guard case .object(let members) = node.content, members.count <= replacementsMax else {
      throw ValueError("replace is an object of beginnings, at most \(replacementsMax).")
    }
    var replacements: [HookValue.Replacement] = []
    for member in members {
      guard let to = try text(member.value), !member.key.isEmpty else {
        throw ValueError("replace is an object of beginnings and what takes their place.")
      }
      replacements.append(HookValue.Replacement(from: member.key, to: to))
    }
    return replacements
  }
}
