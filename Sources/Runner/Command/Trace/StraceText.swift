/// How strace(1) writes arguments.
enum StraceText {
  /// Where the arguments end, and each of them without surrounding blanks.
  ///
  /// - Parameter text: begins behind the opening parenthesis of the call.
  /// - Returns: nil where the closing one is missing.
  static func arguments(
    of text: ArraySlice<UInt8>
  ) -> (arguments: [String], rest: ArraySlice<UInt8>)? {
    var found: [String] = []
    var depth = 0
    var start = text.startIndex
    var index = text.startIndex
    func addArgument(upTo end: Int) {
      let argument = String(decoding: text[start..<end], as: UTF8.self)
      let trimmed = argument.drop { $0 == " " }
      if !trimmed.isEmpty || !found.isEmpty { found.append(String(trimmed)) }
    }
    while index < text.endIndex {
      switch text[index] {
      case UInt8(ascii: "\""): index = endOfString(in: text, from: index)
      case UInt8(ascii: "<") where opensObject(text, at: index):
        index = endOfObject(in: text, from: index)
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")") where depth == 0:
        addArgument(upTo: index)
        return (found, text[(index + 1)...])
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ",") where depth == 0:
        addArgument(upTo: index)
        start = index + 1
      default: break
      }
      index += 1
    }
    return nil
  }

  /// The place of the closing quote.
  private static func endOfString(in text: ArraySlice<UInt8>, from start: Int) -> Int {
    var index = start + 1
    while index < text.endIndex, text[index] != UInt8(ascii: "\"") {
      index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return index
  }

  /// A descriptor's object follows a digit or AT_FDCWD; `1<<4` is a shift.
  private static func opensObject(_ text: ArraySlice<UInt8>, at index: Int) -> Bool {
    guard index > text.startIndex else { return false }
    let before = text[index - 1]
    let isNumber = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(before)
    let after = index + 1 < text.endIndex ? text[index + 1] : 0
    return (isNumber || before == UInt8(ascii: "D")) && after != UInt8(ascii: "<")
  }

  /// The place of the closing bracket. Paths have theirs escaped; what remains are nested objects
  /// and the arrow between two addresses.
  private static func endOfObject(in text: ArraySlice<UInt8>, from start: Int) -> Int {
    var depth = 0
    var index = start
    while index < text.endIndex {
      switch text[index] {
      case UInt8(ascii: "<"): depth += 1
      case UInt8(ascii: ">") where text[index - 1] != UInt8(ascii: "-"):
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
      index += 1
    }
    return index
  }

  /// Text without C's escapes, decoded as UTF-8.
  static func unescaped(_ text: Substring) -> String {
    guard text.utf8.contains(UInt8(ascii: "\\")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let next = rest.first else {
        bytes.append(byte)
        continue
      }
      let octal = rest.prefix(3).prefix { (0x30...0x37).contains($0) }
      if !octal.isEmpty {
        bytes.append(UInt8(truncatingIfNeeded: octal.reduce(0) { $0 << 3 | Int($1 - 0x30) }))
        rest = rest.dropFirst(octal.count)
        continue
      }
      rest = rest.dropFirst()
      switch next {
      case UInt8(ascii: "n"): bytes.append(0x0a)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "r"): bytes.append(0x0d)
      case UInt8(ascii: "v"): bytes.append(0x0b)
      case UInt8(ascii: "f"): bytes.append(0x0c)
      default: bytes.append(next)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
