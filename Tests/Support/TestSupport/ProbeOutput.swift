/// What a probe printed: one fact a line, a name, a blank, and the value.
package struct ProbeOutput: Sendable, Equatable {
  package let text: String
  /// Names in the order in which they came.
  package let names: [String]
  private let values: [String: String]

  package init(_ text: String) {
    self.text = text
    let pairs = text.split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
    }
    names = pairs.map { $0.0 }
    values = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// The value of a fact, or nil if the probe never got that far.
  package subscript(_ name: String) -> String? { values[name] }

  /// A fact that is a number.
  package func number(_ name: String) -> Int? { values[name].flatMap { Int($0) } }
}
