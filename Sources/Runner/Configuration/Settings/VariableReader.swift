internal import SandboxBase

/// Reads the variables that an entry fixes.
enum VariableReader {
  static func variables(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [EnvironmentRule.Variable]? {
    guard case .object(let members) = node.content else {
      problems.add(
        node.position, key,
        "It must be an object of names and values, in braces, not "
          + "\(node.content.kindName).")
      return nil
    }
    guard members.count <= EnvironmentRule.countMax else {
      problems.add(
        node.position, key,
        "It has \(members.count) variables; at most \(EnvironmentRule.countMax) fit.")
      return nil
    }
    return members.compactMap { member in
      let elementKey = "\(key).\(member.key)"
      do throws(ValueError) {
        let name = try TextFormat.variableName.checked(member.key)
        return EnvironmentRule.Variable(name: name, value: try value(member.value))
      } catch {
        problems.add(member.value.position, elementKey, error.why)
        return nil
      }
    }
  }

  private static func value(_ node: JSON5Node) throws(ValueError) -> String {
    guard case .text(let text) = node.content else {
      throw ValueError("It must be a string, not \(node.content.kindName).")
    }
    guard !text.utf8.contains(0) else { throw ValueError("No variable can contain a NUL.") }
    guard text.utf8.count <= EnvironmentRule.valueBytesMax else {
      throw ValueError("It is longer than \(EnvironmentRule.valueBytesMax) bytes.")
    }
    return text
  }
}
