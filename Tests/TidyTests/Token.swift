/// A word or a single mark of code, and where it stands.
struct Token: Equatable {
  let text: String
  /// Counted from 1.
  let line: Int
  /// True if no space parts it from the token before.
  let isJoined: Bool

  /// The tokens of code that a `Blanker` left.
  static func tokens(of code: [UInt8]) -> [Token] {
    var tokens: [Token] = []
    var line = 1
    var end = -1
    var index = 0
    while index < code.count {
      let start = index
      if isWordByte(code[index]) {
        while index < code.count, isWordByte(code[index]) { index += 1 }
      } else {
        index += 1
      }
      let first = code[start]
      if first == UInt8(ascii: "\n") { line += 1 }
      guard first > UInt8(ascii: " ") else { continue }
      tokens.append(
        Token(
          text: String(decoding: code[start..<index], as: UTF8.self), line: line,
          isJoined: end == start))
      end = index
    }
    return tokens
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default:
      false
    }
  }
}
