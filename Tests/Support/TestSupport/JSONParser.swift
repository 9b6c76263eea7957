/// A strict reader of one JSON text (RFC 8259).
struct JSONParser {
  private let scalars: [Unicode.Scalar]
  private var position = 0

  private static let digits = Set("+-.0123456789".unicodeScalars)

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  mutating func document() throws -> JSONValue {
    let value = try value()
    skipBlanks()
    guard position == scalars.count else { throw failure("something follows the value") }
    return value
  }

  private func failure(_ what: String) -> TestFailure {
    TestFailure("not JSON at letter \(position): \(what)")
  }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func skipBlanks() {
    while let scalar = next, [" ", "\n", "\r", "\t"].contains(scalar) { position += 1 }
  }

  private mutating func consume(_ scalar: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func value() throws -> JSONValue {
    skipBlanks()
    switch next {
    case "{": return .object(try object())
    case "[": return .array(try array())
    case "\"": return .string(try string())
    case nil: throw failure("it ends where a value is due")
    default: return try word()
    }
  }

  private mutating func object() throws -> [JSONValue.Member] {
    _ = consume("{")
    var members: [JSONValue.Member] = []
    if consume("}") { return members }
    repeat {
      skipBlanks()
      let key = try string()
      guard consume(":") else { throw failure("a colon is due") }
      members.append(JSONValue.Member(key: key, value: try value()))
    } while consume(",")
    guard consume("}") else { throw failure("a comma or a brace is due") }
    return members
  }

  private mutating func array() throws -> [JSONValue] {
    _ = consume("[")
    var values: [JSONValue] = []
    if consume("]") { return values }
    repeat { values.append(try value()) } while consume(",")
    guard consume("]") else { throw failure("a comma or a bracket is due") }
    return values
  }

  private mutating func word() throws -> JSONValue {
    var text = ""
    while let scalar = next, scalar.properties.isAlphabetic || Self.digits.contains(scalar) {
      text.unicodeScalars.append(scalar)
      position += 1
    }
    switch text {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default:
      guard Double(text) != nil else { throw failure("'\(text)' is no value") }
      return .number(text)
    }
  }

  private mutating func string() throws -> String {
    guard next == "\"" else { throw failure("a string is due") }
    position += 1
    var units: [UInt16] = []
    while let scalar = next, scalar != "\"" {
      position += 1
      guard scalar.value >= 0x20 else { throw failure("a control letter in a string") }
      units.append(contentsOf: scalar == "\\" ? [try escape()] : Array(String(scalar).utf16))
    }
    guard next == "\"" else { throw failure("a string without an end") }
    position += 1
    return String(decoding: units, as: UTF16.self)
  }

  private mutating func escape() throws -> UInt16 {
    let simple: [Unicode.Scalar: UInt16] = [
      "\"": 0x22, "\\": 0x5c, "/": 0x2f, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
    ]
    guard let letter = next else { throw failure("an escape without an end") }
    position += 1
    if let unit = simple[letter] { return unit }
    guard letter == "u", position + 4 <= scalars.count else { throw failure("an unknown escape") }
    let digits = scalars[position..<position + 4].map { String($0) }.joined()
    guard let unit = UInt16(digits, radix: 16) else { throw failure("four digits are due") }
    position += 4
    return unit
  }
}
