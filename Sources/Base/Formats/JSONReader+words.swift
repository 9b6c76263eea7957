// White space, comments and names: where JSON5 has characters beyond ASCII.
extension JSONReader {
  /// The character to be read; nil at the end.
  var here: Unicode.Scalar? {
    guard let byte = next else { return nil }
    guard byte >= 0x80 else { return Unicode.Scalar(byte) }
    return JSONSource.scalar(at: index, of: bytes)
  }

  /// Past white space, and comments where there may be some.
  mutating func skipSpace() throws(JSONSyntaxError) {
    if isStrict {
      while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
        index += 1
      }
      return
    }
    while let scalar = here {
      if scalar == "/" {
        try skipComment()
      } else if JSONSource.isSpace(scalar) {
        index += UTF8.width(scalar)
      } else {
        return
      }
    }
  }

  private mutating func skipComment() throws(JSONSyntaxError) {
    let start = index
    index += 1
    if skip("/") {
      while let scalar = here, !JSONSource.endsLine(scalar) { index += UTF8.width(scalar) }
    } else if skip("*") {
      while !bytes[index...].starts(with: "*/".utf8) {
        guard next != nil else {
          throw fault(
            json: "", json5: "this comment is never closed; end it by */", since: start)
        }
        index += 1
      }
      index += 2
    } else {
      throw fault(json: "", json5: "a comment begins with // or /*", since: start)
    }
  }

  mutating func word() throws(JSONSyntaxError) -> JSONNode.Content {
    let start = index
    switch try identifier("this is no value") {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "Infinity": return .number(JSONNumber(Double.infinity))
    case "NaN": return .number(JSONNumber(Double.nan))
    case let other:
      throw fault(
        json: "", json5: "`\(other)` is no value; a string stands in quotation marks",
        since: start)
    }
  }

  /// An ECMAScript 5.1 IdentifierName.
  ///
  /// - Parameter missing: what is wrong where there is none.
  mutating func identifier(_ missing: String) throws(JSONSyntaxError) -> String {
    let start = index
    var name = String.UnicodeScalarView()
    while let scalar = here {
      if scalar == "\\" {
        index += 1
        guard skip("u") else {
          throw fault(json: "", json5: "in a name only \\uHHHH is an escape", since: start)
        }
        let escaped = try unicode(since: start)
        guard Self.isNamePart(escaped, isFirst: name.isEmpty) else {
          throw fault(json: "", json5: "this character is in no name; use quotes", since: start)
        }
        name.append(escaped)
      } else if Self.isNamePart(scalar, isFirst: name.isEmpty) {
        index += UTF8.width(scalar)
        name.append(scalar)
      } else {
        break
      }
    }
    guard !name.isEmpty else { throw fault(json: "", json5: missing, since: start) }
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
