/// Takes out of a stream what would steer a terminal: control characters other than line feed,
/// carriage return, tab and backspace, and whole control sequences (ECMA-48; CSI, OSC, DCS, SOS,
/// PM and APC, in their 7-bit and 8-bit forms). What is no UTF-8 becomes a question mark. Pieces
/// may be cut anywhere.
struct TerminalFilter: Sendable {
  private enum State: Sendable {
    case ground
    /// Behind ESC.
    case escape
    /// Behind ESC and an intermediate byte: one more ends it.
    case intermediate
    /// Within a control sequence, up to its final byte.
    case sequence
    /// Within a string, up to BEL or ST.
    case string
    /// Behind ESC within a string.
    case stringEscape
  }

  /// Bytes of a sequence or string at most: one that never ends would hide all that comes.
  static let sequenceBytesMax = 4096

  private var state = State.ground
  private var sequenceBytes = 0
  /// A character of more than one byte, as far as it came, and how many it lacks.
  private var pending: [UInt8] = []
  private var missing = 0

  /// The part of `bytes` that may be shown.
  mutating func shown(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var shown: [UInt8] = []
    for byte in bytes { take(byte, &shown) }
    return shown
  }

  private mutating func take(_ byte: UInt8, _ shown: inout [UInt8]) {
    if state != .ground {
      sequenceBytes += 1
      // A line feed is shown, and ends what a line of text would not be in.
      guard sequenceBytes <= Self.sequenceBytesMax, byte != UInt8(ascii: "\n") else {
        state = .ground
        return take(byte, &shown)
      }
    }
    switch state {
    case .ground: takePlain(byte, &shown)
    case .escape: takeEscaped(byte)
    case .intermediate: if !(0x20...0x2f).contains(byte) { state = .ground }
    case .sequence:
      if (0x40...0x7e).contains(byte) || byte == 0x18 || byte == 0x1a { state = .ground }
      if byte == 0x1b { begin(.escape) }
    case .string:
      if byte == 0x07 || byte == 0x18 || byte == 0x1a { state = .ground }
      if byte == 0x1b { state = .stringEscape }
    case .stringEscape: state = byte == UInt8(ascii: "\\") ? .ground : .string
    }
  }

  private mutating func begin(_ state: State) {
    self.state = state
    sequenceBytes = 0
  }

  private mutating func takeEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "["): state = .sequence
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
      UInt8(ascii: "_"):
      state = .string
    case 0x20...0x2f: state = .intermediate
    case 0x1b: break
    default: state = .ground
    }
  }

  private mutating func takePlain(_ byte: UInt8, _ shown: inout [UInt8]) {
    if missing > 0 {
      guard isContinuation(byte) else {
        shown.append(UInt8(ascii: "?"))
        pending = []
        missing = 0
        return takePlain(byte, &shown)
      }
      pending.append(byte)
      missing -= 1
      if missing == 0 { endCharacter(&shown) }
      return
    }
    switch byte {
    case 0x1b: begin(.escape)
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"), 0x08, 0x20...0x7e:
      shown.append(byte)
    case 0xc2...0xf4:
      pending = [byte]
      missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    case 0x80...0xff: shown.append(UInt8(ascii: "?"))
    default: break
    }
  }

  /// Whether `byte` may go on the character (Unicode 16.0, table 3-7).
  private func isContinuation(_ byte: UInt8) -> Bool {
    guard pending.count == 1 else { return byte & 0xc0 == 0x80 }
    switch pending[0] {
    case 0xe0: return (0xa0...0xbf).contains(byte)
    case 0xed: return (0x80...0x9f).contains(byte)
    case 0xf0: return (0x90...0xbf).contains(byte)
    case 0xf4: return (0x80...0x8f).contains(byte)
    default: return byte & 0xc0 == 0x80
    }
  }

  /// U+0080 to U+009F are the 8-bit forms of ESC and a letter; those that change the direction of
  /// writing let a text show what it does not say.
  private mutating func endCharacter(_ shown: inout [UInt8]) {
    let character = pending
    pending = []
    if character[0] == 0xc2, character[1] < 0xa0 {
      switch character[1] {
      case 0x9b: begin(.sequence)
      case 0x90, 0x98, 0x9d, 0x9e, 0x9f: begin(.string)
      default: break
      }
      return
    }
    if character.count == 3, character[0] == 0xe2 {
      let isBidirectional =
        (character[1] == 0x80 && (0xaa...0xae).contains(character[2]))
        || (character[1] == 0x81 && (0xa6...0xa9).contains(character[2]))
      guard !isBidirectional else { return }
    }
    shown += character
  }
}
