/// Reads the text of a pattern into its elements.
struct ArgumentPatternParser {
  private let bytes: [UInt8]
  private var index = 0
  private var elements: [ArgumentPattern.Element] = []
  private var literal: [UInt8] = []
  private var literalStart = 0

  private typealias ParseError = ArgumentPattern.ParseError

  static func elements(
    of source: String
  ) throws(ArgumentPattern.ParseError) -> [ArgumentPattern.Element] {
    var parser = ArgumentPatternParser(source)
    return try parser.run()
  }

  private init(_ source: String) {
    bytes = Array(source.utf8)
  }

  private mutating func run() throws(ParseError) -> [ArgumentPattern.Element] {
    guard bytes.count <= ArgumentPattern.bytesMax else {
      throw ParseError(
        offset: ArgumentPattern.bytesMax,
        why: "a pattern has at most \(ArgumentPattern.bytesMax) bytes")
    }
    while index < bytes.count {
      let start = index
      switch bytes[index] {
      case 0: throw ParseError(offset: start, why: "no argument can contain a NUL")
      case UInt8(ascii: "*"):
        index += 1
        try append(.anything, at: start)
      case UInt8(ascii: "?"):
        index += 1
        try append(.character, at: start)
      case UInt8(ascii: "{"): try append(placeholder(), at: start)
      case UInt8(ascii: "}"):
        throw ParseError(offset: start, why: "`}` closes nothing; write \\} for the character")
      default:
        if literal.isEmpty { literalStart = start }
        literal.append(try character())
      }
    }
    try flush()
    return elements
  }

  /// The next byte, with `\` taken off.
  private mutating func character() throws(ParseError) -> UInt8 {
    if bytes[index] == UInt8(ascii: "\\") {
      guard index + 1 < bytes.count else {
        throw ParseError(
          offset: index, why: "`\\` stands before nothing; write \\\\ for the character")
      }
      index += 1
    }
    defer { index += 1 }
    return bytes[index]
  }

  private mutating func flush() throws(ParseError) {
    guard !literal.isEmpty else { return }
    let element = ArgumentPattern.Element.literal(literal)
    literal = []
    try add(element, at: literalStart)
  }

  private mutating func append(_ element: ArgumentPattern.Element, at offset: Int)
    throws(ParseError)
  {
    try flush()
    // Two stars say no more than one.
    if element == .anything, elements.last == .anything { return }
    try add(element, at: offset)
  }

  private mutating func add(_ element: ArgumentPattern.Element, at offset: Int) throws(ParseError) {
    if let last = elements.last, last.isLast {
      throw ParseError(
        offset: offset,
        why: "{path:...}, {output:...} and {url:...} end a pattern; move this forward")
    }
    if element.isLast, !elements.allSatisfy(\.isBounded) {
      throw ParseError(
        offset: offset,
        why: "*, {word} and {text} may not stand before {path:...}, {output:...} or {url:...} in "
          + "one pattern")
    }
    guard elements.count < ArgumentPattern.elementsMax else {
      throw ParseError(
        offset: offset, why: "a pattern has at most \(ArgumentPattern.elementsMax) parts")
    }
    elements.append(element)
  }

  /// From `{` to `}`.
  private mutating func placeholder() throws(ParseError) -> ArgumentPattern.Element {
    let start = index
    index += 1
    var parts: [[UInt8]] = [[]]
    while index < bytes.count, bytes[index] != UInt8(ascii: "}") {
      if bytes[index] == UInt8(ascii: "|") {
        parts.append([])
        index += 1
      } else {
        parts[parts.count - 1].append(try character())
      }
    }
    guard index < bytes.count else {
      throw ParseError(offset: start, why: "`{` is never closed; write \\{ for the character")
    }
    index += 1
    return try element(parts, at: start)
  }

  private func element(
    _ parts: [[UInt8]], at start: Int
  ) throws(ParseError) -> ArgumentPattern.Element {
    let colon = parts[0].firstIndex(of: UInt8(ascii: ":"))
    let name = String(decoding: parts[0][..<(colon ?? parts[0].count)], as: UTF8.self)
    let first = colon.map { Array(parts[0][($0 + 1)...]) }
    let values = first.map { [$0] + parts.dropFirst() }
    let only = parts.count == 1 ? first.map { String(decoding: $0, as: UTF8.self) } : nil
    if name == "path", let path = values.flatMap(Self.path) { return .path(path) }
    if name == "output", let path = values.flatMap(Self.output) { return .path(path) }
    switch (name, values) {
    case ("int", nil): return .int(-ArgumentPattern.intMax...ArgumentPattern.intMax)
    case ("int", _?):
      guard let range = only.flatMap(Self.range) else {
        throw ParseError(offset: start, why: "a range is written as in {int:1-100}")
      }
      return .int(range)
    case ("number", nil): return .number
    case ("word", nil): return .word
    case ("text", nil): return .text
    case ("one", let values?) where values.allSatisfy { !$0.isEmpty }: return .one(values)
    case ("url", let values?) where values.allSatisfy(Self.isScheme): return .url(values)
    default:
      throw ParseError(
        offset: start,
        why: "there is no such placeholder; there are {int}, {int:1-100}, {number}, {word}, "
          + "{text}, {path:read}, {path:write}, {path:write:.mp4|.mkv}, {output:write}, "
          + "{output:write:.mp4|.mkv}, {one:a|b} and {url:https}")
    }
  }

  /// `first-last`, each with at most 18 digits and perhaps a minus.
  private static func range(_ text: String) -> ClosedRange<Int>? {
    guard let hyphen = text.dropFirst().firstIndex(of: "-") else { return nil }
    let bounds = [text[..<hyphen], text[text.index(after: hyphen)...]].map { (part) -> Int? in
      let digits = part.first == "-" ? part.dropFirst() : part
      let isNumber = digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
      guard isNumber, (1...ArgumentPattern.digitsMax).contains(digits.utf8.count) else {
        return nil
      }
      return Int(part)
    }
    guard let first = bounds[0], let last = bounds[1], first <= last else { return nil }
    return first...last
  }

  /// `read`, `write`, or one of them with a colon and suffixes; nil for anything else.
  private static func path(_ values: [[UInt8]]) -> ArgumentPath? {
    let words = values[0].split(
      separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    let access: ArgumentPath.Access
    switch String(decoding: words[0], as: UTF8.self) {
    case "read": access = .read
    case "write": access = .write
    default: return nil
    }
    guard words.count == 2 else {
      return values.count == 1 ? ArgumentPath(access: access, suffixes: []) : nil
    }
    return ArgumentPath.suffixes([Array(words[1])] + values.dropFirst(), access).map {
      ArgumentPath(access: access, suffixes: $0)
    }
  }

  /// As a path to write, of one file; nil for anything else.
  private static func output(_ values: [[UInt8]]) -> ArgumentPath? {
    guard var path = path(values), path.access == .write,
      !path.suffixes.contains(where: \.admitsPattern)
    else { return nil }
    path.isOutput = true
    return path
  }

  /// RFC 3986, 3.1, in lower case.
  private static func isScheme(_ name: [UInt8]) -> Bool {
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    guard let first = name.first, letters.contains(first) else { return false }
    return name.allSatisfy {
      letters.contains($0) || (0x30...0x39).contains($0) || [0x2b, 0x2d, 0x2e].contains($0)
    }
  }
}
