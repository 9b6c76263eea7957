/// Cuts what a program writes into its updates: at line feeds, carriage returns and runs of
/// backspaces, with escape sequences (ECMA-48) taken out. An update may come in any pieces, down to
/// single bytes.
package struct LineSplitter: Sendable {
  /// Bytes of a line at most; a longer one is left out.
  package static let lineBytesMax = 4096
  /// Bytes of an escape sequence at most; a longer one ends there.
  private static let escapeBytesMax = 16

  private var line: [UInt8] = []
  private var escapeBytes = 0
  /// Whether the line is longer than `lineBytesMax`, or its start was lost.
  private var isBroken = false

  /// A splitter at the start of a line.
  package init() {}

  /// Cuts `bytes`; what is behind the last separator is held.
  ///
  /// - Parameter body: called with each line that shows anything, without its separator.
  package mutating func split(
    _ bytes: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) -> Void
  ) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x08:
        endLine(body)
      case 0x1b:
        escapeBytes = 1
      case _ where escapeBytes > 0:
        continueEscape(byte)
      default:
        put(byte)
      }
    }
  }

  /// The line whose end has not come: the newest update of a program that writes its separator in
  /// front; empty where nothing is held.
  package var heldLine: ArraySlice<UInt8> { isBroken ? [] : line[...] }

  /// Bytes were lost: the line that they belong to is left out.
  package mutating func skipLine() {
    line.removeAll(keepingCapacity: true)
    escapeBytes = 0
    isBroken = true
  }

  private mutating func put(_ byte: UInt8) {
    guard !isBroken else { return }
    guard line.count < Self.lineBytesMax else { return skipLine() }
    line.append(byte)
  }

  private mutating func endLine(_ body: (ArraySlice<UInt8>) -> Void) {
    let showsAnything = line.contains { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    if !isBroken, showsAnything { body(line[...]) }
    line.removeAll(keepingCapacity: true)
    escapeBytes = 0
    isBroken = false
  }

  /// `ESC [`, parameters, and a byte of 40 to 7E; other sequences have two bytes.
  private mutating func continueEscape(_ byte: UInt8) {
    escapeBytes += 1
    if escapeBytes == 2, byte == UInt8(ascii: "[") { return }
    let isLast = (0x40...0x7e).contains(byte)
    if escapeBytes == 2 || isLast || escapeBytes >= Self.escapeBytesMax { escapeBytes = 0 }
  }
}
