/// Argument rules with their patterns parsed, for every launch of an entry.
package struct CompiledArgumentRules: Hashable, Sendable {
  let allow: [[ArgumentPattern]]
  private let deny: [ArgumentPattern]
  private let countMax: Int

  /// Parses the patterns of `rules`, once for all launches of an entry.
  ///
  /// - Throws: `ArgumentPattern.ParseError` for the first pattern that is none.
  package init(_ rules: ArgumentRules) throws(ArgumentPattern.ParseError) {
    var allow: [[ArgumentPattern]] = []
    for sequence in rules.allow { allow.append(try Self.patterns(sequence)) }
    let deny = try Self.patterns(rules.deny)
    self.allow = allow
    self.deny = deny
    countMax = Int(rules.countMax)
  }

  /// Rules of patterns that were parsed where they were read.
  ///
  /// - Parameters: as in `ArgumentRules`.
  package init(allow: [[ArgumentPattern]], deny: [ArgumentPattern], countMax: UInt32) {
    self.allow = allow
    self.deny = deny
    self.countMax = Int(countMax)
  }

  private static func patterns(
    _ texts: [String]
  ) throws(ArgumentPattern.ParseError) -> [ArgumentPattern] {
    var patterns: [ArgumentPattern] = []
    for text in texts { patterns.append(try ArgumentPattern(text)) }
    return patterns
  }

  /// Checks the arguments of one request.
  ///
  /// - Parameter arguments: the request's own, without `first` and without the program's name.
  /// - Throws: `ArgumentRefusal` for the first argument that may not stand where it stands.
  package func check(
    _ arguments: ArgumentList, in folders: ArgumentFolders
  ) throws(ArgumentRefusal) {
    guard arguments.count <= countMax else {
      throw ArgumentRefusal(
        index: countMax, why: "there are \(arguments.count); this entry takes at most \(countMax)")
    }
    guard !allow.isEmpty || !deny.isEmpty else { return }
    let arguments = arguments.slices
    try checkSizes(arguments)
    for (index, argument) in arguments.enumerated() {
      if let pattern = deny.first(where: { $0.matches(bytes: argument, in: folders) }) {
        throw ArgumentRefusal(
          index: index, argument: argument, why: "the entry denies `\(pattern.source)`")
      }
    }
    if !allow.isEmpty { try checkAllowed(arguments, in: folders) }
  }

  private func checkSizes(_ arguments: [ArraySlice<UInt8>]) throws(ArgumentRefusal) {
    for (index, argument) in arguments.enumerated() {
      guard argument.count <= ArgumentRules.argumentBytesMax else {
        throw ArgumentRefusal(
          index: index, argument: argument,
          why: "it has \(argument.count) bytes; under rules at most "
            + "\(ArgumentRules.argumentBytesMax) fit")
      }
    }
  }

  /// Goes from each place that a row of whole sequences can reach to the next ones. A pattern is
  /// held against an argument once at most: from one place only does it come to stand there.
  private func checkAllowed(
    _ arguments: [ArraySlice<UInt8>], in folders: ArgumentFolders
  ) throws(ArgumentRefusal) {
    var isReached = [Bool](repeating: false, count: arguments.count + 1)
    isReached[0] = true
    // The furthest argument that nothing matched, and what would have.
    var furthest = 0
    var wanted: [ArgumentPattern] = []
    for start in arguments.indices where isReached[start] {
      for sequence in allow {
        var index = start
        for pattern in sequence {
          guard index < arguments.count, pattern.matches(bytes: arguments[index], in: folders)
          else {
            if index > furthest { wanted = [] }
            furthest = max(furthest, index)
            if index == furthest { wanted.append(pattern) }
            break
          }
          index += 1
        }
        if index == start + sequence.count { isReached[index] = true }
      }
    }
    guard !isReached[arguments.count] else { return }
    let refused = furthest < arguments.count ? arguments[furthest] : nil
    throw ArgumentRefusal(
      index: furthest, argument: refused, wanted: wanted.map(\.source),
      reason: refused.flatMap { argument in
        wanted.lazy.compactMap { $0.pathRefusal(of: argument, in: folders) }.first
      })
  }
}
