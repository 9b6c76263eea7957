/// The read position in a JSON5 document, with line and column.
struct JSON5Cursor {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private(set) var position = SourcePosition(line: 1, column: 1)

  /// - Throws: `JSON5Fault` at the first byte that is not UTF-8.
  init(_ bytes: [UInt8]) throws(JSON5Fault) {
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(bytes.count)
    decoding: while true {
      switch decoder.decode(&rest) {
      case .scalarValue(let scalar): scalars.append(scalar)
      case .emptyInput: break decoding
      case .error:
        var before = JSON5Cursor(scalars: scalars)
        while before.next() != nil {}
        throw JSON5Fault(position: before.position, why: "this byte is not UTF-8; save it so")
      }
    }
    self.init(scalars: scalars)
  }

  private init(scalars: [Unicode.Scalar]) {
    // A mark of the byte order is no character of the first line.
    self.scalars = scalars.first == "\u{feff}" ? Array(scalars.dropFirst()) : scalars
  }

  /// The character here; nil at the end.
  var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  /// The character behind the one here.
  var lookahead: Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

  @discardableResult
  mutating func next() -> Unicode.Scalar? {
    guard let scalar = current else { return nil }
    index += 1
    // CR LF is one end of a line: the LF counts.
    if Self.endsLine(scalar), scalar != "\r" || current != "\n" {
      position = SourcePosition(line: position.line + 1, column: 1)
    } else {
      position = SourcePosition(line: position.line, column: position.column + 1)
    }
    return scalar
  }

  /// Advances past `scalar` if it is next.
  mutating func consume(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    next()
    return true
  }

  func fault(_ why: String) -> JSON5Fault { JSON5Fault(position: position, why: why) }

  /// Past white space and comments.
  mutating func skipSpace() throws(JSON5Fault) {
    while let scalar = current {
      if scalar == "/" {
        try skipComment()
      } else if Self.isSpace(scalar) {
        next()
      } else {
        return
      }
    }
  }

  private mutating func skipComment() throws(JSON5Fault) {
    let start = position
    next()
    if consume("/") {
      while let scalar = current, !Self.endsLine(scalar) { next() }
    } else if consume("*") {
      while !(current == "*" && lookahead == "/") {
        guard next() != nil else {
          throw JSON5Fault(position: start, why: "this comment is never closed; end it by */")
        }
      }
      next()
      next()
    } else {
      throw JSON5Fault(position: start, why: "a comment begins with // or /*")
    }
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
