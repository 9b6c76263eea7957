extension JSONReader {
  /// A string, from the quotation mark that opens it to behind the one that closes it.
  mutating func string() throws(JSONSyntaxError) -> String {
    let opening = index
    let mark = bytes[index]
    index += 1
    skipPlain(until: mark)
    if next == mark {
      defer { index += 1 }
      return try text(bytes[(opening + 1)..<index], from: opening)
    }
    var content = Array(bytes[(opening + 1)..<index])
    while let byte = next {
      if byte == mark {
        index += 1
        return try text(content[...], from: opening)
      }
      guard byte == UInt8(ascii: "\\") else {
        throw fault(
          json: "a control character stands inside of a string",
          json5: "a string ends on the line on which it begins; or write \\ before")
      }
      try escape(into: &content)
      let start = index
      skipPlain(until: mark)
      content.append(contentsOf: bytes[start..<index])
    }
    throw unclosed(since: opening)
  }

  private func unclosed(since offset: Int) -> JSONSyntaxError {
    fault(
      json: "it ends inside of a string", json5: "this string is never closed", since: offset)
  }

  /// Skips what may stand in a string as it is.
  private mutating func skipPlain(until mark: UInt8) {
    while let byte = next, byte != mark, byte != UInt8(ascii: "\\"),
      isStrict ? byte >= 0x20 : byte != 0x0a && byte != 0x0d
    {
      index += 1
    }
  }

  private func text(
    _ content: ArraySlice<UInt8>, from opening: Int
  ) throws(JSONSyntaxError) -> String {
    guard let text = String(validating: content, as: UTF8.self) else {
      throw JSONSyntaxError(
        kind: .encoding, offset: opening, reason: "the string at byte \(opening) is not UTF-8")
    }
    return text
  }

  /// From `\` on; adds nothing for a line of JSON5 that goes on.
  private mutating func escape(into content: inout [UInt8]) throws(JSONSyntaxError) {
    let start = index
    index += 1
    guard let byte = next else { throw unclosed(since: start) }
    switch Unicode.Scalar(byte) {
    case "\"", "\\", "/": content.append(byte)
    case "b": content.append(0x08)
    case "f": content.append(0x0c)
    case "n": content.append(0x0a)
    case "r": content.append(0x0d)
    case "t": content.append(0x09)
    case "u":
      index += 1
      content.append(contentsOf: String(Character(try unicode(since: start))).utf8)
      return
    default:
      guard isStrict else { return try escapeOfJSON5(since: start, into: &content) }
      index += 1
      throw fault(json: "an unknown escape ends", json5: "")
    }
    index += 1
  }

  /// What only JSON5 has, with the byte behind `\` here.
  private mutating func escapeOfJSON5(
    since start: Int, into content: inout [UInt8]
  ) throws(JSONSyntaxError) {
    guard let scalar = here else { throw unclosed(since: start) }
    index += UTF8.width(scalar)
    switch scalar {
    case "v": content.append(0x0b)
    case "0" where !(next.map { (0x30...0x39).contains($0) } ?? false): content.append(0)
    case "0"..."9":
      throw fault(
        json: "", json5: "a digit behind \\ is no escape; write \\xHH", since: start)
    case "x":
      let value = try hexadecimal(2, since: start)
      content.append(contentsOf: String(Character(Unicode.Scalar(UInt8(value)))).utf8)
    case "\r": _ = skip("\n")
    default:
      guard !JSONSource.endsLine(scalar) else { return }
      content.append(contentsOf: String(Character(scalar)).utf8)
    }
  }

  /// Behind `\u`: one character, or the two halves of one.
  mutating func unicode(since start: Int) throws(JSONSyntaxError) -> Unicode.Scalar {
    let high = try hexadecimal(4, since: start)
    if let scalar = Unicode.Scalar(high) { return scalar }
    guard high < 0xdc00, skip("\\"), skip("u") else { throw half(since: start) }
    let low = try hexadecimal(4, since: start)
    guard (0xdc00...0xdfff).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00))
    else { throw half(since: start) }
    return scalar
  }

  private func half(since start: Int) -> JSONSyntaxError {
    fault(
      json: "half a surrogate pair ends", json5: "this is one half of a surrogate pair",
      since: start)
  }

  private mutating func hexadecimal(
    _ count: Int, since start: Int
  ) throws(JSONSyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = next.flatMap(Self.hexadecimalDigit) else {
        throw fault(
          json: "four hexadecimal digits are expected",
          json5: "this escape needs \(count) hexadecimal digits", since: start)
      }
      value = value << 4 | digit
      index += 1
    }
    return value
  }

  static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
