internal import RunnerCore

/// Reads the pools that entries may name: an object of names and slots.
enum PoolReader {
  static let countMax = 64
  static let slotsKind = SettingKind.count(1...4096)

  static func pools(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [EntryPool]? {
    guard case .object(let members) = node.content else {
      problems.add(
        node.position, key,
        "It must be an object of names and slots, in braces, not \(node.content.kindName).")
      return nil
    }
    guard members.count <= countMax else {
      problems.add(
        node.position, key, "It has \(members.count) pools; at most \(countMax) fit.")
      return nil
    }
    var names: Set<String> = []
    return members.compactMap { member in
      do throws(ValueError) {
        let name = try TextFormat.poolName.checked(member.key)
        guard names.insert(name).inserted else { throw ValueError("The pool stands twice.") }
        return EntryPool(
          name: name, slots: try SettingKind.number(member.value, in: 1...4096))
      } catch {
        problems.add(member.value.position, "\(key).\(member.key)", error.why)
        return nil
      }
    }
  }
}
