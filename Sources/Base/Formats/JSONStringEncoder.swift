/// Turns bytes that a job wrote into the inside of a JSON string, piece by piece.
///
/// Bytes are decoded as UTF-8 over the whole stream, so that a character cut by the border of two
/// pieces survives. What is not UTF-8 becomes U+FFFD, one for each maximal ill-formed part, as the
/// WHATWG Encoding standard (section 8.1.1) and JavaScript do. Escapes are those of
/// `JSON.stringify`, which clients of the original were served by.
///
/// Blocks of whole characters take the fast path of `encodeBlock`; the state machine of `take` sees
/// the bytes around the border of two pieces only.
package struct JSONStringEncoder: Sendable {
  /// The bytes of a character that the last piece ended in: three at most.
  private var pending: [UInt8] = []
  /// Bytes that it lacks.
  private var needed = 0

  /// An encoder at the start of a string.
  package init() {}

  /// Bytes that were taken and are not in the output yet: the start of a character, 0...3.
  package var heldBytes: Int { pending.count }

  static let replacement: [UInt8] = [0xef, 0xbf, 0xbd]
  /// Bytes of a piece that are encoded before the output is made longer again: the worst case of
  /// six for one is asked for a block, not for a piece.
  private static let blockBytes = 1 << 10

  /// Appends the encoded form of `bytes` to `output`.
  package mutating func encode(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) {
    // SAFETY: the buffer is read before the closure returns, and `bytes` is immutable.
    unsafe bytes.withUnsafeBytes { unsafe encode($0, into: &output) }
  }

  /// Appends the encoded form of `text` to `output`.
  package mutating func encode(_ text: String, into output: inout [UInt8]) {
    var text = text
    // SAFETY: the buffer is read before the closure returns; no other code has this copy of `text`.
    text.withUTF8 { unsafe encode(UnsafeRawBufferPointer($0), into: &output) }
  }

  /// Ends the text: a character that was cut off becomes U+FFFD.
  package mutating func finish(into output: inout [UInt8]) {
    if needed > 0 { abandon(into: &output) }
  }

  private mutating func encode(_ source: UnsafeRawBufferPointer, into output: inout [UInt8]) {
    // SAFETY: each index is below `source.count`, and so is the end of the range for `encodeBlock`.
    var offset = 0
    while needed > 0, offset < source.count {
      if unsafe consume(source[offset], into: &output) { offset += 1 }
    }
    while offset < source.count {
      let count = unsafe Self.encodeBlock(
        source, offset..<min(offset + Self.blockBytes, source.count), into: &output)
      guard count > 0 else { break }
      offset += count
    }
    while offset < source.count {
      if unsafe consume(source[offset], into: &output) { offset += 1 }
    }
  }

  /// - Returns: false when `byte` ended an ill-formed part and must be looked at again.
  private mutating func consume(_ byte: UInt8, into output: inout [UInt8]) -> Bool {
    guard needed > 0 else {
      begin(byte, into: &output)
      return true
    }
    let isSound =
      pending.count == 1
      ? JSONEscape.table[Int(pending[0])].allows(second: byte) : byte & 0xc0 == 0x80
    guard isSound else {
      abandon(into: &output)
      return false
    }
    pending.append(byte)
    needed -= 1
    if needed == 0 {
      output.append(contentsOf: pending)
      pending.removeAll(keepingCapacity: true)
    }
    return true
  }

  private mutating func begin(_ byte: UInt8, into output: inout [UInt8]) {
    let entry = JSONEscape.table[Int(byte)]
    guard entry.isLead else {
      entry.append(to: &output)
      return
    }
    pending.append(byte)
    needed = entry.followers
  }

  private mutating func abandon(into output: inout [UInt8]) {
    output.append(contentsOf: Self.replacement)
    pending.removeAll(keepingCapacity: true)
    needed = 0
  }
}
