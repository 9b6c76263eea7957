/// The known name nearest to a misspelt one, by Levenshtein distance.
package enum SpellingSuggestion {
  /// The largest edit distance of a suggestion.
  private static let distanceMax = 3

  /// The one of `names` that is most like `name`; nil if none is much like it.
  package static func nearest(to name: String, among names: [String]) -> String? {
    let name = Array(name.lowercased().utf8.prefix(128))
    let near = names.map { (name: $0, distance: distance(name, Array($0.lowercased().utf8))) }
    let best = near.min { $0.distance < $1.distance }
    guard let best, best.distance <= distanceMax, best.distance < best.name.utf8.count / 2 + 1
    else { return nil }
    return best.name
  }

  /// The Levenshtein distance of two byte strings.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var above = Array(0...right.count)
    for (row, byte) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        let replaced = above[column] + (byte == other ? 0 : 1)
        current.append(min(replaced, above[column + 1] + 1, current[column] + 1))
      }
      above = current
    }
    return above[right.count]
  }
}
