internal import RunnerCore

/// Reads the principals that connections make known.
enum PrincipalReader {
  static let keys =
    ["name", "certificate", "uid", "gid", "may", "entries", "jobs"]
    + PrincipalQuota.Member.allCases.map(\.rawValue)
  static let countMax = 4096
  private static let nameBytesMax = 253
  private static let entriesMax = 1024
  private static let scopesDefault: Set<AccessScope> = [.submit, .read, .cancel]

  static let scopeKind = SettingKind.choices(AccessScope.grantable.map(\.rawValue))
  static let visibilityKind = SettingKind.choice(AccessGrant.Visibility.allCases.map(\.rawValue))

  /// The kind of a quota's bound.
  static func kind(of member: PrincipalQuota.Member) -> SettingKind {
    member == .kept ? .size(member.range) : .count(member.range)
  }

  static func principals(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [ConnectedPrincipal]? {
    guard let nodes = SettingKind.elements(node, key, countMax, &problems) else { return nil }
    var seen: Set<ConnectedPrincipal.Key> = []
    var quotas: [Principal: PrincipalQuota] = [:]
    return nodes.enumerated().compactMap { index, node in
      let elementKey = "\(key)[\(index)]"
      guard let principal = principal(node, elementKey, &problems) else { return nil }
      guard seen.insert(principal.key).inserted else {
        problems.add(
          node.position, elementKey, "An earlier one has the same certificate, uid or gid.")
        return nil
      }
      let quota = principal.grant.quota
      guard quotas.updateValue(quota, forKey: principal.principal) ?? quota == quota else {
        problems.add(
          node.position, elementKey,
          "An earlier one of this name has another quota. Jobs are counted by the name: give both "
            + "the same \(PrincipalQuota.Member.allCases.map(\.rawValue).joined(separator: ", ")).")
        return nil
      }
      return principal
    }
  }

  private static func principal(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> ConnectedPrincipal? {
    guard let list = ObjectReader.members(node, key, keys: keys, &problems) else { return nil }
    let members = Dictionary(list.map { ($0.key, $0.value) }) { first, _ in first }
    guard let name = text(members["name"], node, "\(key).name", &problems),
      let shown = shown(members, node, key, &problems),
      let grant = grant(members, key, &problems)
    else { return nil }
    return ConnectedPrincipal(name: name, key: shown, grant: grant)
  }

  private static func grant(
    _ members: [String: JSON5Node], _ key: String, _ problems: inout ProblemList
  ) -> AccessGrant? {
    var scopes = scopesDefault
    if let node = members["may"] {
      guard case .texts(let words)? = scopeKind.value(of: node, key: "\(key).may", &problems) else {
        return nil
      }
      scopes = Set(words.compactMap { AccessScope(rawValue: $0) })
    }
    var entries = AccessGrant.Entries.all
    if let node = members["entries"] {
      let kind = SettingKind.texts(.argument, countMax: entriesMax)
      guard case .texts(let names)? = kind.value(of: node, key: "\(key).entries", &problems) else {
        return nil
      }
      entries = .named(Set(names))
    }
    var jobs = AccessGrant.Visibility.own
    if let node = members["jobs"] {
      let value = visibilityKind.value(of: node, key: "\(key).jobs", &problems)
      guard case .text(let word)? = value, let visibility = AccessGrant.Visibility(rawValue: word)
      else { return nil }
      jobs = visibility
    }
    guard let quota = quota(members, key, &problems) else { return nil }
    return AccessGrant(scopes: scopes, entries: entries, jobs: jobs, quota: quota)
  }

  /// The bounds among `members`; nil where one is none.
  static func quota(
    _ members: [String: JSON5Node], _ key: String, _ problems: inout ProblemList
  ) -> PrincipalQuota? {
    var quota = PrincipalQuota()
    for member in PrincipalQuota.Member.allCases {
      guard let node = members[member.rawValue] else { continue }
      let value = kind(of: member).value(of: node, key: "\(key).\(member.rawValue)", &problems)
      guard case .number(let bound)? = value else { return nil }
      quota[member] = bound
    }
    return quota
  }

  private static func shown(
    _ members: [String: JSON5Node], _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> ConnectedPrincipal.Key? {
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
