/// Replaces comments, and what stands between quotes, by spaces, so that rules see only code.
///
/// Lines and columns stay where they were. Code inside `\(…)` is code and is kept.
struct Blanker {
  private let source: [UInt8]
  private let isSwift: Bool
  private var output: [UInt8]
  private var index = 0

  private init(_ text: String, isSwift: Bool) {
    self.source = Array(text.utf8)
    self.output = source
    self.isSwift = isSwift
  }

  /// `text` with all but its code blanked. Anything but Swift is read as C.
  static func blank(_ text: String, isSwift: Bool) -> [UInt8] {
    var blanker = Blanker(text, isSwift: isSwift)
    blanker.scanCode(endsAtParenthesis: false)
    return blanker.output
  }

  private func byte(_ offset: Int = 0) -> UInt8 {
    index + offset < source.count ? source[index + offset] : 0
  }

  private func starts(with text: StaticString) -> Bool {
    let wanted = Array("\(text)".utf8)
    return source.count - index >= wanted.count
      && source[index..<index + wanted.count].elementsEqual(wanted)
  }

  private mutating func erase(_ count: Int = 1) {
    for _ in 0..<count where index < source.count {
      if source[index] != UInt8(ascii: "\n") { output[index] = UInt8(ascii: " ") }
      index += 1
    }
  }

  private mutating func scanCode(endsAtParenthesis: Bool) {
    var depth = 0
    while index < source.count {
      switch byte() {
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
        while index < source.count, byte() != UInt8(ascii: "\n") { erase() }
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
        eraseBlockComment()
      case UInt8(ascii: "\""):
        eraseString(pounds: 0)
      case UInt8(ascii: "#") where isSwift:
        eraseRawString()
      case UInt8(ascii: "`") where isSwift:
        eraseQuoted(by: UInt8(ascii: "`"))
      case UInt8(ascii: "'") where !isSwift:
        eraseQuoted(by: UInt8(ascii: "'"))
      case UInt8(ascii: "("):
        depth += 1
        index += 1
      case UInt8(ascii: ")"):
        if endsAtParenthesis, depth == 0 { return }
        depth -= 1
        index += 1
      default:
        index += 1
      }
    }
  }

  private mutating func eraseBlockComment() {
    var depth = 0
    repeat {
      if starts(with: "/*"), isSwift || depth == 0 {
        depth += 1
        erase(2)
      } else if starts(with: "*/") {
        depth -= 1
        erase(2)
      } else {
        erase()
      }
    } while depth > 0 && index < source.count
  }

  private mutating func eraseQuoted(by quote: UInt8) {
    index += 1
    while index < source.count, byte() != quote, byte() != UInt8(ascii: "\n") {
      erase(byte() == UInt8(ascii: "\\") ? 2 : 1)
    }
    index += 1
  }

  /// `#"…"#`, or a `#` that begins something else and is kept.
  private mutating func eraseRawString() {
    var pounds = 0
    while byte(pounds) == UInt8(ascii: "#") { pounds += 1 }
    index += pounds
    if byte() == UInt8(ascii: "\"") { eraseString(pounds: pounds) }
  }

  private mutating func eraseString(pounds: Int) {
    let quotes = isSwift && starts(with: "\"\"\"") ? 3 : 1
    index += quotes
    while index < source.count {
      if isFollowed(by: UInt8(ascii: "\""), count: quotes, pounds: pounds) {
        index += quotes + pounds
        return
      }
      guard isFollowed(by: UInt8(ascii: "\\"), count: 1, pounds: pounds) else {
        if quotes == 1, byte() == UInt8(ascii: "\n") { return }
        erase()
        continue
      }
      erase(1 + pounds)
      if isSwift, byte() == UInt8(ascii: "(") {
        index += 1
        scanCode(endsAtParenthesis: true)
        index += 1
      } else {
        erase()
      }
    }
  }

  /// Whether `count` times `mark`, and then as many `#` as the literal began with, stand here.
  private func isFollowed(by mark: UInt8, count: Int, pounds: Int) -> Bool {
    (0..<count).allSatisfy { byte($0) == mark }
      && (0..<pounds).allSatisfy { byte(count + $0) == UInt8(ascii: "#") }
  }
}
