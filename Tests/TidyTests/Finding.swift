import Testing

/// One place that breaks one rule.
struct Finding: CustomStringConvertible, Equatable {
  let path: String
  /// Counted from 1; 0 where the whole file is meant.
  let line: Int
  /// What is wrong, why that is a rule, and what to do.
  let message: String

  var description: String { line == 0 ? "\(path): \(message)" : "\(path):\(line): \(message)" }
}

/// Reports each finding as an issue of the running test.
func expectNone(
  _ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation
) {
  for finding in findings {
    Issue.record("\(finding)", sourceLocation: sourceLocation)
  }
}
