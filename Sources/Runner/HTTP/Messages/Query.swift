/// What stands behind the `?` of a request target: names and values, each name once.
struct Query: Sendable {
  /// Why a query is refused: a sentence for the client, and the name at fault.
  struct ParseError: Error, Hashable, Sendable {
    let error: String
    let field: String
  }

  private var values: [String: String] = [:]

  /// - Parameter text: without the `?`; printable ASCII, as `Route` lets it through.
  /// - Throws: `ParseError` for a name that stands twice, or is none of `known`, and for a broken
  ///   percent encoding (RFC 3986, section 2.1). `+` is a space, as forms write it.
  init(_ text: String, known: Set<String>) throws(ParseError) {
    for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let raw = String(decoding: parts[0].prefix(64), as: UTF8.self)
      guard let name = Self.decoded(parts[0]),
        let value = parts.count > 1 ? Self.decoded(parts[1]) : ""
      else {
        throw ParseError(error: "The query holds a broken percent encoding.", field: raw)
      }
      guard known.contains(name) else {
        throw ParseError(
          error: known.isEmpty
            ? "This path takes no query."
            : "There is no such parameter; known are " + known.sorted().joined(separator: ", ")
              + ".",
          field: raw)
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw ParseError(error: "The parameter stands twice.", field: raw)
      }
    }
  }

  /// A lenient reading: what cannot be read is left out, and of several values the last counts.
  init(lenient text: String) {
    for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1)
      guard parts.count == 2, let name = Self.decoded(parts[0]) else { continue }
      values[name] = Self.decoded(parts[1])
    }
  }

  subscript(name: String) -> String? { values[name] }

  /// A whole number within `range`; nil where the name is missing.
  func number(_ name: String, in range: ClosedRange<Int>) throws(ParseError) -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = Int(text), range.contains(number), text.utf8.first != UInt8(ascii: "+")
    else {
      throw ParseError(
        error: "It must be a whole number from \(range.lowerBound) to \(range.upperBound).",
        field: name)
    }
    return number
  }

  private static func decoded(_ text: Substring.UTF8View.SubSequence) -> String? {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"):
        bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
        else { return nil }
        bytes.append(high << 4 | low)
      default:
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
