/// Reads objects whose keys are known, for the few values that are objects.
enum ObjectReader {
  /// The members of `node`, of which each must be one of `keys`.
  static func members(
    _ node: JSON5Node, _ key: String, keys: [String], _ problems: inout ProblemList
  ) -> [JSON5Member]? {
    guard case .object(let members) = node.content else {
      problems.add(
        node.position, key, "It must be an object, in braces, not \(node.content.kindName).")
      return nil
    }
    return members.filter { member in
      if keys.contains(member.key) { return true }
      problems.add(
        member.position, "\(key).\(member.key)", unknown(member.key, among: keys))
      return false
    }
  }

  static func unknown(_ key: String, among keys: [String]) -> String {
    if let nearest = SpellingSuggestion.nearest(to: key, among: keys) {
      return "There is no such key. Did you mean \(nearest)?"
    }
    return "There is no such key. Here may stand: \(keys.joined(separator: ", "))."
  }
}
