/// The text of a document as an editor shows it: characters, and lines and columns of bytes.
package struct JSONSource {
  private let bytes: [UInt8]
  private var offset: Int
  private var position = SourcePosition(line: 1, column: 1)

  /// A source at its first character; a byte order mark before that is skipped.
  ///
  /// - Parameter bytes: the whole text; what is not UTF-8 counts as U+FFFD.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    self.offset = Self.markBytes(of: bytes)
  }

  /// Where the byte at `offset` stands. Asked for in rising order: what lies before is not looked
  /// at again.
  package mutating func position(at target: Int) -> SourcePosition {
    while offset < target, let scalar = Self.scalar(at: offset, of: bytes) {
      offset += UTF8.width(scalar)
      // CR LF is one end of a line: the LF counts.
      let isHalf = scalar == "\r" && offset < bytes.count && bytes[offset] == 0x0a
      if Self.endsLine(scalar), !isHalf {
        position = SourcePosition(line: position.line + 1, column: 1)
      } else {
        position = SourcePosition(line: position.line, column: position.column + 1)
      }
    }
    return position
  }

  /// A mark of the byte order is no character of the first line.
  static func markBytes(of bytes: [UInt8]) -> Int {
    bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// Where a document begins.
  ///
  /// - Throws: `JSONSyntaxError` at the first byte that is not UTF-8.
  static func start(of bytes: [UInt8]) throws(JSONSyntaxError) -> Int {
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&rest) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return markBytes(of: bytes)
      case .error:
        throw JSONSyntaxError(
          kind: .encoding, offset: offset, reason: "this byte is not UTF-8; save it so")
      }
    }
  }

  /// The character at `offset`; nil at the end.
  static func scalar(at offset: Int, of bytes: [UInt8]) -> Unicode.Scalar? {
    guard offset < bytes.count else { return nil }
    var decoder = UTF8()
    var rest = bytes[offset...].makeIterator()
    if case .scalarValue(let scalar) = decoder.decode(&rest) { return scalar }
    return "\u{fffd}"
  }

  static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\n", "\r", "\u{2028}", "\u{2029}": true
    default: false
    }
  }

  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "\t", "\u{b}", "\u{c}", " ", "\u{a0}", "\u{feff}": true
    default: endsLine(scalar) || scalar.properties.generalCategory == .spaceSeparator
    }
  }
}
