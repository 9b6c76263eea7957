internal import SandboxBase

/// Reads the sequences of arguments that an entry allows.
enum SequenceReader {
  static func sequences(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> [[String]]? {
    guard let rows = SettingKind.elements(node, key, ArgumentRules.rowsMax, &problems) else {
      return nil
    }
    var sequences: [[String]] = []
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

  private static func pattern(
    _ node: JSON5Node, _ key: String, _ problems: inout ProblemList
  ) -> String? {
    let value = SettingKind.text(.pattern).value(of: node, key: key, &problems)
    guard case .text(let text)? = value else { return nil }
    return text
  }
}
