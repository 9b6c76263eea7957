/// Leaves of each line its last state, as a terminal would show it: programs write their progress
/// over itself, with carriage returns, backspaces and escape sequences (ECMA-48).
///
/// A line is given out once it ends, so that nothing of it has to be taken back.
package struct LineCollapser: Sendable {
  /// Bytes of a line that are held; a longer one is given out in parts.
  private static let lineBytesMax = 16 << 10
  /// Bytes of an escape sequence that are held; longer ones are text.
  private static let escapeBytesMax = 16

  private var line: [UInt8] = []
  /// The newest state before the present one that showed anything.
  private var previous: [UInt8] = []
  /// A carriage return came: the next character begins a new state.
  private var isReturned = false
  /// The start of an escape sequence whose end has not come.
  private var escape: [UInt8] = []

  /// A collapser at the start of a line.
  package init() {}

  /// Takes bytes of any number of lines.
  ///
  /// - Returns: the lines that are complete now, each with its line feed.
  package mutating func collapse(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var lines: [UInt8] = []
    for byte in bytes {
      if escape.isEmpty { consume(byte, &lines) } else { continueEscape(with: byte, &lines) }
    }
    return lines
  }

  /// Ends the stream.
  ///
  /// - Returns: the last state of a line that has no line feed.
  package mutating func finish() -> [UInt8] {
    var lines: [UInt8] = []
    endEscape(asText: true, &lines)
    lines += shown
    self = LineCollapser()
    return lines
  }

  private mutating func consume(_ byte: UInt8, _ lines: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\n"):
      lines += shown
      lines.append(byte)
      line.removeAll(keepingCapacity: true)
      previous.removeAll(keepingCapacity: true)
      isReturned = false
    case UInt8(ascii: "\r"):
      isReturned = true
    case 0x08:
      eraseCharacter()
    case 0x1b:
      escape = [byte]
    default:
      put(byte, &lines)
    }
  }

  /// What the line shows. Blanks are no state of their own: programs wipe a line before they end.
  private var shown: [UInt8] { Self.isBlank(line) && !previous.isEmpty ? previous : line }

  private static func isBlank(_ text: [UInt8]) -> Bool {
    text.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
  }

  private mutating func put(_ byte: UInt8, _ lines: inout [UInt8]) {
    if isReturned {
      isReturned = false
      if !Self.isBlank(line) { swap(&line, &previous) }
      line.removeAll(keepingCapacity: true)
    }
    line.append(byte)
    guard line.count >= Self.lineBytesMax else { return }
    lines += line
    line.removeAll(keepingCapacity: true)
    previous.removeAll(keepingCapacity: true)
  }

  /// One character of UTF-8, whose bytes behind the first are 10xxxxxx.
  private mutating func eraseCharacter() {
    guard !isReturned else { return }
    while let last = line.popLast(), last & 0xc0 == 0x80 {}
  }

  private mutating func continueEscape(with byte: UInt8, _ lines: inout [UInt8]) {
    if escape.count == 1, byte != UInt8(ascii: "[") {
      endEscape(asText: true, &lines)
      return consume(byte, &lines)
    }
    escape.append(byte)
    if escape.count > 2, (0x40...0x7e).contains(byte) {
      // Erase in line, and cursor up: a state of the line, and no part of it.
      endEscape(asText: byte != UInt8(ascii: "K") && byte != UInt8(ascii: "A"), &lines)
    } else if escape.count >= Self.escapeBytesMax {
      endEscape(asText: true, &lines)
    }
  }

  private mutating func endEscape(asText isText: Bool, _ lines: inout [UInt8]) {
    let bytes = escape
    escape = []
    if isText { for byte in bytes { put(byte, &lines) } }
  }
}
