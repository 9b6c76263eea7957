internal import SandboxBase

/// Reads what of the network an entry may use.
enum NetworkReader {
  static func grant(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> NetworkGrant? {
    switch node.content {
    case .text(let text):
      do throws(ValueError) {
        guard case .network(let grant) = try SettingKind.network.value(ofTyped: text) else {
          return nil
        }
        return grant
      } catch {
        problems.add(node.position, key, error.why)
        return nil
      }
    case .object: return ports(node, key, &problems)
    default:
      problems.add(
        node.position, key,
        "It must be \"none\", \"loopback\", \"all\" or an object with connect and bind, not "
          + "\(node.content.kindName).")
      return nil
    }
  }

  private static func ports(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> NetworkGrant? {
    guard
      let members = ObjectReader.members(node, key, keys: ["connect", "bind"], &problems)
    else { return nil }
    var lists: [String: [UInt16]] = [:]
    for member in members {
      let ports = SettingKind.numbers(
        member.value, "\(key).\(member.key)", 1...65_535, SettingKind.portsMax, &problems)
      lists[member.key] = (ports ?? []).map { UInt16($0) }
    }
    let (connect, bind) = (lists["connect"] ?? [], lists["bind"] ?? [])
    guard !connect.isEmpty || !bind.isEmpty else {
      problems.add(node.position, key, "It names no port. Write \"none\", or list ports.")
      return nil
    }
    return .tcp(connect: connect, bind: bind)
  }
}
