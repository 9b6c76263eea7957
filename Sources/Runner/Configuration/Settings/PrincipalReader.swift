/// Reads the principals that connections make known.
enum PrincipalReader {
  static let keys = ["name", "certificate", "uid", "gid", "may", "entries", "jobs"]
  static let countMax = 4096
  private static let nameBytesMax = 253
  private static let entriesMax = 1024

  static func principals(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [ConfiguredPrincipal]? {
    guard let nodes = SettingKind.elements(node, key, countMax, &problems) else { return nil }
    var seen: Set<ConfiguredPrincipal.Key> = []
    return nodes.enumerated().compactMap { index, node in
      let elementKey = "\(key)[\(index)]"
      guard let principal = principal(node, elementKey, &problems) else { return nil }
      guard seen.insert(principal.key).inserted else {
        problems.add(
          node.position, elementKey, "An earlier one has the same certificate, uid or gid.")
        return nil
      }
      return principal
    }
  }

  private static func principal(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> ConfiguredPrincipal? {
    guard let list = ObjectReader.members(node, key, keys: keys, &problems) else { return nil }
    let members = Dictionary(list.map { ($0.key, $0.value) }) { first, _ in first }
    guard let name = text(members["name"], node, "\(key).name", &problems),
      let shown = shown(members, node, key, &problems)
    else { return nil }
    var may = ["submit", "read", "cancel"]
    if let node = members["may"] {
      let kind = SettingKind.choices(ConfiguredPrincipal.scopes)
      guard case .texts(let scopes)? = kind.value(of: node, key: "\(key).may", &problems) else {
        return nil
      }
      may = scopes
    }
    var entries: [String]?
    if let node = members["entries"] {
      let kind = SettingKind.texts(.argument, countMax: entriesMax)
      guard case .texts(let names)? = kind.value(of: node, key: "\(key).entries", &problems) else {
        return nil
      }
      entries = names
    }
    var jobs = "own"
    if let node = members["jobs"] {
      let kind = SettingKind.choice(["own", "all"])
      guard case .text(let word)? = kind.value(of: node, key: "\(key).jobs", &problems) else {
        return nil
      }
      jobs = word
    }
    return ConfiguredPrincipal(
      name: name, key: shown, may: may, entries: entries, seesAll: jobs == "all")
  }

  private static func shown(
    _ members: [String: JSON5Node], _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> ConfiguredPrincipal.Key? {
    let given = ["certificate", "uid", "gid"].filter { members[$0] != nil }
    guard given.count == 1, let value = members[given[0]] else {
      problems.add(node.position, key, "It needs one of certificate, uid and gid.")
      return nil
    }
    if given[0] == "certificate" {
      return text(value, node, "\(key).certificate", &problems).map {
        .certificate($0.lowercased())
      }
    }
    let kind = SettingKind.count(0...Int(UInt32.max) - 2)
    guard case .number(let id)? = kind.value(of: value, key: "\(key).\(given[0])", &problems) else {
      return nil
    }
    return given[0] == "uid" ? .uid(UInt32(id)) : .gid(UInt32(id))
  }

  /// A name without white space and control characters.
  private static func text(
    _ node: JSON5Node?, _ parent: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> String? {
    guard let node, case .text(let text) = node.content, !text.isEmpty,
      text.utf8.count <= nameBytesMax, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else {
      problems.add(
        (node ?? parent).position, key,
        "It must be a string of 1 to \(nameBytesMax) ASCII characters without spaces.")
      return nil
    }
    return text
  }
}
