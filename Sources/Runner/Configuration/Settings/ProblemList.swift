import TextFormats

/// The problems of a configuration, each once.
struct ProblemList {
  /// Problems that are reported; further ones are counted only.
  static let countMax = 50

  private var problems: [ConfigurationProblem] = []
  private var seen: Set<ConfigurationProblem> = []

  var isEmpty: Bool { problems.isEmpty }

  mutating func add(_ position: SourcePosition?, _ key: String, _ text: String) {
    let problem = ConfigurationProblem(position, key, text)
    if seen.insert(problem).inserted { problems.append(problem) }
  }

  /// All of them, in the order of the file.
  var refusal: ConfigurationRefusal {
    let ordered = problems.enumerated().sorted { left, right in
      switch (left.element.position, right.element.position) {
      case (let a?, let b?) where a != b: a < b
      case (nil, .some): true
      case (.some, nil): false
      default: left.offset < right.offset
      }
    }
    let reported = ordered.prefix(Self.countMax).map(\.element)
    return ConfigurationRefusal(problems: reported, more: problems.count - reported.count)
  }
}
