/// What one argument may look like: literal text, `*`, `?` and typed placeholders, parsed once.
///
/// A pattern matches a whole argument or not at all, in time that is bounded by the number of its
/// elements times the bytes of the argument: positions are kept as a set, nothing is tried twice.
package struct ArgumentPattern: Hashable, Sendable {
  /// What is wrong with the text of a pattern.
  package struct ParseError: Error, Hashable, Sendable {
    /// Bytes from the start of the pattern, from 0.
    package let offset: Int
    /// What is wrong there: a clause without a full stop.
    package let why: String
  }

  /// One part of a pattern.
  enum Element: Hashable, Sendable {
    case literal([UInt8])
    /// `*`
    case anything
    /// `?`
    case character
    /// `{int}`, `{int:1-100}`
    case int(ClosedRange<Int>)
    /// `{number}`
    case number
    /// `{word}`
    case word
    /// `{text}`
    case text
    /// `{one:a|b}`
    case one([[UInt8]])
    /// `{path:read}`, `{path:write:.mp4|.mkv}`; the last element.
    case path(ArgumentPath)
    /// `{url:https}`, with the schemes; the last element.
    case url([[UInt8]])

    /// It ends the pattern, and only elements of bounded length stand before it.
    var isLast: Bool {
      switch self {
      case .path, .url: true
      default: false
      }
    }

    var isBounded: Bool {
      switch self {
      case .literal, .character, .int, .number, .one: true
      case .anything, .word, .text, .path, .url: false
      }
    }
  }

  /// Bytes of one pattern at most.
  package static let bytesMax = 1024
  /// Elements of one pattern at most.
  package static let elementsMax = 64

  /// The text of the pattern, as it stands in the configuration.
  package let source: String
  let elements: [Element]

  /// Parses a pattern.
  ///
  /// - Throws: `ParseError` at the first thing that is no pattern.
  package init(_ source: String) throws(ParseError) {
    let elements = try ArgumentPatternParser.elements(of: source)
    self.source = source
    self.elements = elements
  }

  /// The text that the pattern stands for; nil where it has a wildcard or placeholder.
  package var literal: String? {
    switch elements.count {
    case 0: return ""
    case 1:
      guard case .literal(let bytes) = elements[0] else { return nil }
      return String(decoding: bytes, as: UTF8.self)
    default: return nil
    }
  }
}
