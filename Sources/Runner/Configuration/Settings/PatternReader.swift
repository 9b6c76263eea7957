internal import SandboxBase

/// Reads the patterns of arguments that an entry allows and denies. Each is parsed here, and no
/// second time in this process: what checks arguments is handed what this makes.
enum PatternReader {
  /// Sequences of patterns; a row that is one pattern is a sequence of it.
  static func sequences(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [[ArgumentPattern]]? {
    guard let rows = SettingKind.elements(node, key, ArgumentRules.rowsMax, &problems) else {
      return nil
    }
    var sequences: [[ArgumentPattern]] = []
    for (index, row) in rows.enumerated() {
      let elementKey = "\(key)[\(index)]"
      switch row.content {
      case .text: pattern(row, elementKey, &problems).map { sequences.append([$0]) }
      case .list(let elements):
        guard (1...ArgumentRules.sequenceMax).contains(elements.count) else {
          problems.add(
            row.position, elementKey,
            "A sequence has from 1 to \(ArgumentRules.sequenceMax) patterns.")
          continue
        }
        sequences.append(
          elements.enumerated().compactMap { pattern($1, "\(elementKey)[\($0)]", &problems) })
      default:
        problems.add(
          row.position, elementKey,
          "It must be a pattern or a list of patterns, not \(row.content.kindName).")
      }
    }
    return sequences
  }

  /// Patterns, each at most once.
  static func patterns(
    _ node: JSON5Node, _ key: String, _ countMax: Int, _ problems: inout ProblemList
  ) -> [ArgumentPattern]? {
    guard let elements = SettingKind.elements(node, key, countMax, &problems) else { return nil }
    var patterns: [ArgumentPattern] = []
    for (index, element) in elements.enumerated() {
      let elementKey = "\(key)[\(index)]"
      guard let pattern = pattern(element, elementKey, &problems) else { continue }
      if patterns.contains(pattern) {
        problems.add(
          element.position, elementKey, "`\(pattern.source)` is in this list already.")
      } else {
        patterns.append(pattern)
      }
    }
    return patterns
  }

  private static func pattern(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> ArgumentPattern? {
    guard case .text(let text) = node.content else {
      problems.add(node.position, key, "It must be a string, not \(node.content.kindName).")
      return nil
    }
    do throws(ArgumentPattern.ParseError) {
      return try ArgumentPattern(text)
    } catch {
      problems.add(node.position, key, "`\(text)`, at byte \(error.offset): \(error.why).")
      return nil
    }
  }
}
