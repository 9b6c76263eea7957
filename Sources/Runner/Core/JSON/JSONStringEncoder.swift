/// Turns bytes that a job wrote into the inside of a JSON string, piece by piece.
///
/// Bytes are decoded as UTF-8 over the whole stream, so that a character cut by the border of two
/// pieces survives. What is not UTF-8 becomes U+FFFD, one for each maximal ill-formed part, as the
/// WHATWG Encoding standard (section 8.1.1) and JavaScript do. Escapes are those of
/// `JSON.stringify`, which clients of the original were served by.
package struct JSONStringEncoder: Sendable {
  /// The bytes of a character that the last piece ended in.
  private var pending: [UInt8] = []
  private var needed = 0
  private var lower: UInt8 = 0x80
  private var upper: UInt8 = 0xbf

  package init() {}

  /// Bytes that were taken and are not in the output yet: the start of a character.
  package var heldBytes: Int { pending.count }

  private static let replacement: [UInt8] = [0xef, 0xbf, 0xbd]
  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// Appends the encoded form of `bytes` to `output`.
  package mutating func encode(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if needed == 0 {
        let run = bytes[index...].prefix(while: Self.isPlain)
        output.append(contentsOf: run)
        index = run.endIndex
        guard index < bytes.endIndex else { return }
      }
      if consume(bytes[index], into: &output) { index += 1 }
    }
  }

  /// Ends the text: a character that was cut off becomes U+FFFD.
  package mutating func finish(into output: inout [UInt8]) {
    if needed > 0 { abandon(into: &output) }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  /// - Returns: false when `byte` ended an ill-formed part and must be looked at again.
  private mutating func consume(_ byte: UInt8, into output: inout [UInt8]) -> Bool {
    guard needed > 0 else {
      begin(byte, into: &output)
      return true
    }
    guard byte >= lower, byte <= upper else {
      abandon(into: &output)
      return false
    }
    (lower, upper) = (0x80, 0xbf)
    pending.append(byte)
    needed -= 1
    if needed == 0 {
      output.append(contentsOf: pending)
      pending.removeAll(keepingCapacity: true)
    }
    return true
  }

  private mutating func begin(_ byte: UInt8, into output: inout [UInt8]) {
    switch byte {
    case 0x00..<0x80: Self.escape(byte, into: &output)
    case 0xc2...0xdf: expect(1, after: byte)
    case 0xe0: expect(2, after: byte, lower: 0xa0)
    case 0xed: expect(2, after: byte, upper: 0x9f)
    case 0xe1...0xef: expect(2, after: byte)
    case 0xf0: expect(3, after: byte, lower: 0x90)
    case 0xf4: expect(3, after: byte, upper: 0x8f)
    case 0xf1...0xf3: expect(3, after: byte)
    default: output.append(contentsOf: Self.replacement)
    }
  }

  private mutating func expect(
    _ count: Int, after byte: UInt8, lower: UInt8 = 0x80, upper: UInt8 = 0xbf
  ) {
    pending.append(byte)
    (needed, self.lower, self.upper) = (count, lower, upper)
  }

  private mutating func abandon(into output: inout [UInt8]) {
    output.append(contentsOf: Self.replacement)
    pending.removeAll(keepingCapacity: true)
    (needed, lower, upper) = (0, 0x80, 0xbf)
  }

  private static func escape(_ byte: UInt8, into output: inout [UInt8]) {
    let short: Unicode.Scalar? =
      switch byte {
      case 0x08: "b"
      case 0x09: "t"
      case 0x0a: "n"
      case 0x0c: "f"
      case 0x0d: "r"
      case UInt8(ascii: "\""): "\""
      case UInt8(ascii: "\\"): "\\"
      default: nil
      }
    if let short {
      output.append(UInt8(ascii: "\\"))
      output.append(UInt8(ascii: short))
    } else if byte < 0x20 {
      output.append(contentsOf: "\\u00".utf8)
      output.append(hexDigits[Int(byte >> 4)])
      output.append(hexDigits[Int(byte & 0xf)])
    } else {
      output.append(byte)
    }
  }
}
