extension JSON5Parser {
  /// A string, with the quotation mark that opens it here.
  mutating func text() throws(JSON5Fault) -> String {
    let start = cursor.position
    let mark = cursor.next()
    var text = String.UnicodeScalarView()
    while let scalar = cursor.current {
      switch scalar {
      case mark:
        cursor.next()
        return String(text)
      case "\n", "\r":
        throw cursor.fault("a string ends on the line on which it begins; or write \\ before")
      case "\\":
        if let escaped = try escape() { text.append(escaped) }
      default:
        cursor.next()
        text.append(scalar)
      }
    }
    throw JSON5Fault(position: start, why: "this string is never closed")
  }

  /// From `\`; nil for a line that goes on.
  private mutating func escape() throws(JSON5Fault) -> Unicode.Scalar? {
    let start = cursor.position
    cursor.next()
    guard let scalar = cursor.next() else {
      throw JSON5Fault(position: start, why: "this string is never closed")
    }
    switch scalar {
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{b}"
    case "0":
      if let digit = cursor.current, ("0"..."9").contains(digit) { fallthrough }
      return "\0"
    case "1"..."9":
      throw JSON5Fault(position: start, why: "a digit behind \\ is no escape; write \\xHH")
    case "x": return Unicode.Scalar(UInt8(try hexadecimal(2, since: start)))
    case "u": return try unicode(since: start)
    case "\r":
      _ = cursor.consume("\n")
      return nil
    default: return JSON5Cursor.endsLine(scalar) ? nil : scalar
    }
  }

  /// Behind `\u`: one scalar, or the two halves of one.
  private mutating func unicode(since start: SourcePosition) throws(JSON5Fault) -> Unicode.Scalar {
    let half = JSON5Fault(position: start, why: "this is one half of a surrogate pair")
    let first = try hexadecimal(4, since: start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xdc00, cursor.consume("\\"), cursor.consume("u") else { throw half }
    let second = try hexadecimal(4, since: start)
    guard (0xdc00..<0xe000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else { throw half }
    return scalar
  }

  private mutating func hexadecimal(
    _ count: Int, since start: SourcePosition
  ) throws(JSON5Fault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let scalar = cursor.current, let digit = Self.hexadecimalDigit(scalar) else {
        throw JSON5Fault(position: start, why: "this escape needs \(count) hexadecimal digits")
      }
      cursor.next()
      value = value << 4 | digit
    }
    return value
  }

  static func hexadecimalDigit(_ scalar: Unicode.Scalar) -> UInt32? {
    scalar.isASCII ? Character(scalar).hexDigitValue.map { UInt32($0) } : nil
  }

  /// An ECMAScript 5.1 IdentifierName.
  mutating func identifier(_ missing: String) throws(JSON5Fault) -> String {
    let start = cursor.position
    var name = String.UnicodeScalarView()
    while let scalar = cursor.current {
      if scalar == "\\" {
        cursor.next()
        guard cursor.consume("u") else {
          throw JSON5Fault(position: start, why: "in a name only \\uHHHH is an escape")
        }
        let escaped = try unicode(since: start)
        guard Self.isNamePart(escaped, isFirst: name.isEmpty) else {
          throw JSON5Fault(position: start, why: "this character is in no name; use quotes")
        }
        name.append(escaped)
      } else if Self.isNamePart(scalar, isFirst: name.isEmpty) {
        cursor.next()
        name.append(scalar)
      } else {
        break
      }
    }
    guard !name.isEmpty else { throw JSON5Fault(position: start, why: missing) }
    return String(name)
  }

  static func isNamePart(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
    if scalar == "$" || scalar == "_" { return true }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .letterNumber:
      true
    case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: !isFirst
    default: !isFirst && (scalar == "\u{200c}" || scalar == "\u{200d}")
    }
  }
}
