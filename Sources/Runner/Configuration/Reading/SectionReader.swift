import TextFormats

/// Reads one object of a file by rows of the table: its known keys into values, everything else
/// into problems, and where each of them stands.
struct SectionReader {
  let settings: [Setting]
  /// How the section is called in messages.
  let name: String
  private(set) var assignments: [SettingAssignment] = []
  /// By key without the section, with indices: `read`, `read[1]`, `limits.cpu`.
  private(set) var positions: [String: SourcePosition] = [:]

  init(_ settings: [Setting], name: String) {
    self.settings = settings
    self.name = name
  }

  mutating func read(_ node: JSON5Node, _ problems: inout ProblemList) {
    read(node, prefix: "", &problems)
  }

  private mutating func read(
    _ node: JSON5Node, prefix: String, _ problems: inout ProblemList
  ) {
    guard case .object(let members) = node.content else {
      let key = prefix.isEmpty ? name : "\(name).\(prefix.dropLast())"
      problems.add(
        node.position, key, "It must be an object, in braces, not \(node.content.kindName).")
      return
    }
    for member in members {
      let key = prefix + member.key
      positions[key] = member.position
      if let setting = settings.first(where: { $0.key == key }) {
        note(member.value, key)
        if let value = setting.kind.value(of: member.value, key: "\(name).\(key)", &problems) {
          assignments.append(SettingAssignment(setting, value))
        }
      } else if settings.contains(where: { $0.key.hasPrefix(key + ".") }) {
        read(member.value, prefix: key + ".", &problems)
      } else {
        problems.add(member.position, "\(name).\(key)", unknown(member.key, prefix: prefix))
      }
    }
  }

  /// Where values and the elements of lists stand, for what is found out later.
  private mutating func note(_ node: JSON5Node, _ key: String) {
    positions[key] = node.position
    switch node.content {
    case .list(let elements):
      for (index, element) in elements.enumerated() { note(element, "\(key)[\(index)]") }
    case .object(let members):
      for member in members { note(member.value, "\(key).\(member.key)") }
    default: break
    }
  }

  private func unknown(_ key: String, prefix: String) -> String {
    // The next part of every key that can stand here.
    var here: [String] = []
    for setting in settings where setting.key.hasPrefix(prefix) {
      let part = String(setting.key.dropFirst(prefix.count).prefix { $0 != "." })
      if !here.contains(part) { here.append(part) }
    }
    let elsewhere = settings.first { setting in
      setting.key != key && setting.key.split(separator: ".").last.map(String.init) == key
    }
    if let elsewhere {
      return "There is no such key here. Did you mean \(elsewhere.key)?"
    }
    return ObjectReader.unknown(key, among: here)
  }
}
