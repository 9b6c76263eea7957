import Testing
import TextFormats

/// Bytes to the inside of a JSON string, however they are cut.
struct JSONStringEncoderTests {
  /// Both sides of every border that UTF-8 or JSON draws between bytes.
  private static let borders: [UInt8] = [
    0x00, 0x1f, 0x20, 0x22, 0x5c, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
    0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
  ]

  /// What JSON makes of the text that the standard library decodes, by the book: ECMA-262,
  /// QuoteJSONString.
  private func expected(_ bytes: [UInt8]) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case "\u{8}": text += "\\b"
      case "\t": text += "\\t"
      case "\n": text += "\\n"
      case "\u{c}": text += "\\f"
      case "\r": text += "\\r"
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private func encoded(_ pieces: [ArraySlice<UInt8>]) -> String {
    var encoder = JSONStringEncoder()
    var output: [UInt8] = []
    for piece in pieces { encoder.encode(piece, into: &output) }
    encoder.finish(into: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// All `parts` behind one another, a letter after each, and each cut in two at every border.
  private func checkTogether(_ parts: [[UInt8]]) {
    let ended = parts.map { $0 + [0x7a] }
    let expected = expected(ended.flatMap(\.self))
    for border in 0..<(ended.first?.count ?? 0) {
      let pieces = ended.flatMap { [$0[..<border], $0[border...]] }
      #expect(encoded(pieces) == expected, "cut at \(border)")
    }
  }

  @Test func `every byte alone and at the end of the text`() {
    for byte in UInt8.min...UInt8.max { #expect(encoded([[byte]]) == expected([byte])) }
  }

  @Test func `runs of one byte, of every length and at every place of a word`() {
    for byte in UInt8.min...UInt8.max {
      for (start, count) in [(0, 8), (1, 16), (3, 17), (7, 40)] {
        let run = Array(repeating: 0x61, count: start) + Array(repeating: byte, count: count)
        #expect(encoded([(run + [0x62])[...]]) == expected(run + [0x62]), "\(byte) at \(start)")
      }
    }
  }

  @Test(arguments: UInt8.min...UInt8.max)
  func `every pair of bytes cut at every border`(first: UInt8) {
    let pairs = (UInt8.min...UInt8.max).map { [first, $0] }
    checkTogether(pairs)
    let wrong = pairs.filter { encoded([$0[..<1], $0[1...]]) != expected($0) }
    #expect(wrong == [], "at the end of the text")
  }

  @Test(arguments: UInt8.min...UInt8.max)
  func `three bytes around every border of their classes`(first: UInt8) {
    let triples = Self.borders.flatMap { second in
      Self.borders.map { [first, second, $0] }
    }
    checkTogether(triples)
  }

  @Test(arguments: [0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5] as [UInt8])
  func `four bytes around every border of their classes`(first: UInt8) {
    for second in Self.borders {
      let quads = Self.borders.flatMap { third in
        Self.borders.map { [first, second, third, $0] }
      }
      checkTogether(quads)
    }
  }

  @Test(arguments: ["\u{10ffff}", "\u{10000}", "\u{ffff}", "\u{800}", "\u{7ff}", "é"])
  func `a character that is cut short at the end becomes one replacement`(character: String) {
    let bytes = Array(character.utf8)
    for count in 1..<bytes.count {
      #expect(encoded([bytes[..<count]]) == "\u{fffd}")
      #expect(expected(Array(bytes[..<count])) == "\u{fffd}")
    }
  }

  @Test func `escapes are those of JSON stringify`() {
    let all = Array(UInt8(0)...0x1f) + Array("\"\\/\u{7f}\u{2028}".utf8)
    #expect(
      encoded([all[...]])
        == #"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
        + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c"#
        + #"\u001d\u001e\u001f\"\\/"# + "\u{7f}\u{2028}")
  }

  @Test func `words of plain bytes and all that interrupts them meet at every place`() {
    let plain = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
    let others: [[UInt8]] = [
      [0x22], [0x5c], [0x00], [0x1f], [0x7f], [0x80], [0xff], Array("é".utf8), Array("✓".utf8),
      Array("🎬".utf8), [0xe2, 0x82], [0xf0, 0x9f, 0x8e],
    ]
    for other in others {
      for place in 0...20 {
        for count in place...28 {
          let bytes = plain[..<place] + other + plain[place..<count]
          #expect(encoded([bytes]) == expected(Array(bytes)), "\(other) at \(place) of \(count)")
        }
      }
    }
  }

  @Test func `long text is the same in one piece and in many`() {
    let line = Array("frame=1 \"größe\" ✓ 🎬\t\u{1}\r\n".utf8) + [0x80, 0xe2, 0x82]
    let bytes = Array(repeatElement(line, count: 400).joined())
    let expected = expected(bytes)
    for count in [bytes.count, 4096, 1025, 1024, 1023, 17, 3] {
      let pieces = stride(from: 0, to: bytes.count, by: count).map {
        bytes[$0..<min($0 + count, bytes.count)]
      }
      #expect(encoded(pieces) == expected, "pieces of \(count)")
    }
  }

  @Test func `what is quoted for a terminal has no control character`() {
    #expect(JSONWriter.quoted("a\"\u{7f}\u{9b}é\n") == #""a\"\u007f\u009bé\n""#)
  }
}
