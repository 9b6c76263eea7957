/// Reads one JSON text by the letter of RFC 8259, and refuses what parsers disagree on: a name
/// twice in one object, lone surrogates, bytes that are not UTF-8, anything behind the value.
struct JSONParser {
  /// How deep arrays and objects may stand in each other; also how deep this parser recurses.
  static let depthMax = 32

  private let bytes: [UInt8]
  private var index = 0

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// - Throws: `JSONFault`, which says what is wrong and at which byte.
  static func parse(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
    var parser = JSONParser(bytes)
    parser.skipWhiteSpace()
    guard parser.next != nil else { throw JSONFault(reason: "The body is empty.") }
    let value = try parser.value(depth: 0)
    parser.skipWhiteSpace()
    guard parser.next == nil else { throw parser.fault("something stands behind the value") }
    return value
  }

  /// The byte to be read; nil at the end.
  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func fault(_ what: String) -> JSONFault {
    JSONFault(reason: "The body is not valid JSON: \(what) at byte \(index).")
  }

  private mutating func skipWhiteSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
      index += 1
    }
  }

  private mutating func skip(_ expected: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: expected) else { return false }
    index += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case nil: throw fault("it ends where a value is expected")
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(JSONFault) -> JSONValue {
    try enter(depth)
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipWhiteSpace()
    if skip("}") { return .object(members) }
    while true {
      skipWhiteSpace()
      guard next == UInt8(ascii: "\"") else { throw fault("a name in quotes is expected") }
      let name = try string()
      // Compared after escapes are resolved: "args" and "\u0061rgs" are one name.
      guard names.insert(name).inserted else {
        throw JSONFault(reason: "A name stands twice in one object.", duplicateName: name)
      }
      skipWhiteSpace()
      guard skip(":") else { throw fault("a colon is expected") }
      skipWhiteSpace()
      members.append(JSONValue.Member(name: name, value: try value(depth: depth)))
      skipWhiteSpace()
      if skip("}") { return .object(members) }
      guard skip(",") else { throw fault("a comma or a closing brace is expected") }
    }
  }

  private mutating func array(depth: Int) throws(JSONFault) -> JSONValue {
    try enter(depth)
    var elements: [JSONValue] = []
    skipWhiteSpace()
    if skip("]") { return .array(elements) }
    while true {
      skipWhiteSpace()
      elements.append(try value(depth: depth))
      skipWhiteSpace()
      if skip("]") { return .array(elements) }
      guard skip(",") else { throw fault("a comma or a closing bracket is expected") }
    }
  }

  private mutating func enter(_ depth: Int) throws(JSONFault) {
    guard depth <= Self.depthMax else {
      throw fault("arrays and objects stand more than \(Self.depthMax) deep in each other")
    }
    index += 1
  }

  private mutating func literal(
    _ text: String, _ value: JSONValue
  ) throws(JSONFault) -> JSONValue {
    guard bytes[index...].starts(with: text.utf8) else { throw fault("a value is expected") }
    index += text.utf8.count
    return value
  }

  private mutating func number() throws(JSONFault) -> JSONValue {
    guard let first = next, first == UInt8(ascii: "-") || Self.isDigit(first) else {
      throw fault("a value is expected")
    }
    let start = index
    _ = skip("-")
    if !skip("0") { try digits() }
    if skip(".") { try digits() }
    if skip("e") || skip("E") {
      if !skip("+") { _ = skip("-") }
      try digits()
    }
    // Anything but digits makes it nil.
    return .number(UInt64(String(decoding: bytes[start..<index], as: UTF8.self)))
  }

  /// At least one digit.
  private mutating func digits() throws(JSONFault) {
    let start = index
    while let byte = next, Self.isDigit(byte) { index += 1 }
    guard index > start else { throw fault("a digit is expected") }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

// Strings.
extension JSONParser {
  /// Reads from the opening quote to behind the closing one.
  private mutating func string() throws(JSONFault) -> String {
    let opening = index
    index += 1
    skipPlain()
    if next == UInt8(ascii: "\"") {
      defer { index += 1 }
      return try text(bytes[(opening + 1)..<index], from: opening)
    }
    var content = Array(bytes[(opening + 1)..<index])
    while true {
      switch next {
      case UInt8(ascii: "\""):
        index += 1
        return try text(content[...], from: opening)
      case UInt8(ascii: "\\"):
        index += 1
        try escape(into: &content)
      case nil:
        throw fault("it ends inside of a string")
      default:
        throw fault("a control character stands inside of a string")
      }
      let start = index
      skipPlain()
      content.append(contentsOf: bytes[start..<index])
    }
  }

  /// Skips what may stand in a string as it is.
  private mutating func skipPlain() {
    while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
      index += 1
    }
  }

  private func text(
    _ content: ArraySlice<UInt8>, from opening: Int
  ) throws(JSONFault) -> String {
    guard let text = String(validating: content, as: UTF8.self) else {
      throw JSONFault(
        reason: "The body is not valid JSON: the string at byte \(opening) is not UTF-8.")
    }
    return text
  }

  private mutating func escape(into content: inout [UInt8]) throws(JSONFault) {
    guard let byte = next else { throw fault("it ends inside of a string") }
    index += 1
    switch Unicode.Scalar(byte) {
    case "\"", "\\", "/": content.append(byte)
    case "b": content.append(0x08)
    case "f": content.append(0x0c)
    case "n": content.append(0x0a)
    case "r": content.append(0x0d)
    case "t": content.append(0x09)
    case "u": content.append(contentsOf: String(Character(try scalar())).utf8)
    default: throw fault("an unknown escape ends")
    }
  }

  /// What `\u` begins: one character, or two halves of one.
  private mutating func scalar() throws(JSONFault) -> Unicode.Scalar {
    let high = try codeUnit()
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xdc00, skip("\\"), skip("u") else { throw fault("half a surrogate pair ends") }
    let low = try codeUnit()
    guard (0xdc00...0xdfff).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
    else { throw fault("half a surrogate pair ends") }
    return scalar
  }

  private mutating func codeUnit() throws(JSONFault) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Self.hexDigit(byte) else {
        throw fault("four hexadecimal digits are expected")
      }
      unit = unit << 4 | digit
      index += 1
    }
    return unit
  }

  private static func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
