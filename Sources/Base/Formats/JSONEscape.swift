/// What one byte becomes inside of a JSON string, in one word: so that the encoder writes plain
/// bytes, escapes and U+FFFD with the same store, and branches at the start of a character only.
///
/// Bits 0–47 hold the bytes of the text, the first one lowest; bits 56–63 their count, 1...6. A
/// lead byte of UTF-8 has the count 0, and in bits 0–23 what must follow it: how many bytes, the
/// lowest value of the second one, and by how much that may be higher (Unicode 16.0, table 3-7).
struct JSONEscape: BitwiseCopyable, Sendable {
  let bits: UInt64

  /// The row of each byte.
  static let table: [JSONEscape] = (UInt8.min...UInt8.max).map { JSONEscape(of: $0) }

  /// Bytes that the text takes.
  var byteCount: Int { Int(truncatingIfNeeded: bits &>> 56) }
  /// Whether the byte begins a character of more than one byte.
  var isLead: Bool { bits &>> 56 == 0 }
  /// How many bytes must follow a lead byte: 1...3.
  var followers: Int { Int(truncatingIfNeeded: bits & 0xff) }

  /// Whether `byte` may stand behind a lead byte.
  func allows(second byte: UInt8) -> Bool {
    byte &- UInt8(truncatingIfNeeded: bits &>> 8) <= UInt8(truncatingIfNeeded: bits &>> 16)
  }

  func append(to output: inout [UInt8]) {
    for index in 0..<byteCount { output.append(UInt8(truncatingIfNeeded: bits >> (8 * index))) }
  }

  private init(_ text: [UInt8]) {
    bits = text.reversed().reduce(0) { $0 << 8 | UInt64($1) } | UInt64(text.count) << 56
  }

  private init(followers: UInt64, lower: UInt64 = 0x80, upper: UInt64 = 0xbf) {
    bits = followers | lower << 8 | (upper - lower) << 16
  }

  private init(of byte: UInt8) {
    switch byte {
    case 0x00..<0x80: self.init(Self.text(ofASCII: byte))
    case 0xc2...0xdf: self.init(followers: 1)
    case 0xe0: self.init(followers: 2, lower: 0xa0)
    case 0xed: self.init(followers: 2, upper: 0x9f)
    case 0xe1...0xef: self.init(followers: 2)
    case 0xf0: self.init(followers: 3, lower: 0x90)
    case 0xf4: self.init(followers: 3, upper: 0x8f)
    case 0xf1...0xf3: self.init(followers: 3)
    default: self.init(JSONStringEncoder.replacement)
    }
  }

  /// ECMA-262, QuoteJSONString.
  private static func text(ofASCII byte: UInt8) -> [UInt8] {
    switch byte {
    case 0x08: Array("\\b".utf8)
    case 0x09: Array("\\t".utf8)
    case 0x0a: Array("\\n".utf8)
    case 0x0c: Array("\\f".utf8)
    case 0x0d: Array("\\r".utf8)
    case UInt8(ascii: "\""): Array("\\\"".utf8)
    case UInt8(ascii: "\\"): Array("\\\\".utf8)
    case 0x00..<0x20:
      Array("\\u00".utf8) + [byte >> 4, byte & 0xf].map { Array("0123456789abcdef".utf8)[Int($0)] }
    default: [byte]
    }
  }
}
