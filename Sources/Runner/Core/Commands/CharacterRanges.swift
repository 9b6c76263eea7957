/// The characters that a text may have: single ones and ranges, as between the brackets of a
/// regular expression: `A-Za-z0-9 _-`. A hyphen at either end is one.
package struct CharacterRanges: Hashable, Sendable {
  private let ranges: [ClosedRange<UInt32>]

  /// Scalars of one list at most.
  package static let countMax = 256

  /// Reads a list; nil for an empty one, a control character, and a range that runs backwards.
  package init?(_ source: String) {
    let scalars = source.unicodeScalars.map(\.value)
    guard !scalars.isEmpty, scalars.count <= Self.countMax,
      scalars.allSatisfy({ $0 >= 0x20 && $0 != 0x7f })
    else { return nil }
    var ranges: [ClosedRange<UInt32>] = []
    var index = 0
    while index < scalars.count {
      let first = scalars[index]
      if index + 2 < scalars.count, scalars[index + 1] == 0x2d {
        guard first <= scalars[index + 2] else { return nil }
        ranges.append(first...scalars[index + 2])
        index += 3
      } else {
        ranges.append(first...first)
        index += 1
      }
    }
    self.ranges = ranges
  }

  /// Whether a text has no other characters.
  package func admits(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in ranges.contains { $0.contains(scalar.value) } }
  }

  /// Whether they are letters and digits of ASCII and the underscore alone, as `{word}` of an
  /// argument pattern has them.
  package var areOfWords: Bool {
    let classes: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5a, 0x5f...0x5f, 0x61...0x7a]
    return ranges.allSatisfy { range in
      classes.contains { $0.contains(range.lowerBound) && $0.contains(range.upperBound) }
    }
  }

  /// The first characters that they admit, one after the other.
  package func sample(_ count: Int) -> String {
    // A hyphen first would be taken for an option.
    let first = ranges.first { $0.lowerBound != 0x2d } ?? ranges[0]
    return String(
      repeating: Unicode.Scalar(first.lowerBound).map { String(Character($0)) } ?? "", count: count)
  }

  /// As a regular expression for a whole text (ECMA-262, which JSON Schema follows).
  package var pattern: String {
    let brackets = ranges.map { range in
      range.count == 1
        ? Self.escaped(range.lowerBound)
        : "\(Self.escaped(range.lowerBound))-\(Self.escaped(range.upperBound))"
    }
    return "^[\(brackets.joined())]*$"
  }

  private static func escaped(_ value: UInt32) -> String {
    let character = Unicode.Scalar(value).map { String(Character($0)) } ?? ""
    return ["\\", "]", "[", "^", "-"].contains(character) ? "\\\(character)" : character
  }
}
