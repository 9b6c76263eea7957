// The fast path: whole characters from one buffer to another.
extension JSONStringEncoder {
  /// Bytes that one byte becomes at most: `\u00xx`.
  private static let growthMax = 6
  /// Bytes of the longest character of UTF-8.
  private static let characterBytesMax = 4
  /// U+FFFD in UTF-8, first byte lowest, and its length.
  private static let replacementWord: UInt32 = 0xbd_bfef
  private static let replacementBytes = 3
  /// A one in each byte of a word.
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  /// Bytes that are read or written at once, so that as many may be written in vain.
  private static let wordBytes = MemoryLayout<UInt64>.size

  /// Appends what the characters of `source` become that begin in `block`.
  ///
  /// - Returns: how many bytes of `source` from the start of the block on were taken: fewer than
  ///   the block has where a character of several bytes begins in the last three of `source`.
  static func encodeBlock(
    _ source: UnsafeRawBufferPointer, _ block: Range<Int>, into output: inout [UInt8]
  ) -> Int {
    guard let base = source.baseAddress else { return 0 }
    // SAFETY: `encode` reads `source` below its count, and writes to the span no more than its
    // capacity, which is asked for here as `encode` demands. No pointer outlives the closures.
    var offset = block.lowerBound
    output.append(addingCapacity: growthMax * block.count + wordBytes) { span in
      unsafe span.withUnsafeMutableBufferPointer { buffer, count in
        guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
        let end = unsafe encode(
          base, source.count, from: &offset, to: block.upperBound, into: start)
        count = unsafe end - start
      }
    }
    return offset - block.lowerBound
  }

  // SAFETY: all of this reads `source` below `sourceCount` only: words within the block, which ends
  // there or before, and four bytes of a character once they are known to be there. It writes at
  // most `growthMax` bytes for each that it takes, and a word at a time: the caller has room for
  // both.
  private static func encode(
    _ source: UnsafeRawPointer, _ sourceCount: Int, from offset: inout Int, to end: Int,
    into start: UnsafeMutableRawPointer
  ) -> UnsafeMutableRawPointer {
    unsafe JSONEscape.table.withUnsafeBufferPointer { table in
      guard let table = table.baseAddress else { return unsafe start }
      var output = unsafe start
      var index = offset
      defer { offset = index }
      while index < end {
        let wordEnd = index + wordBytes
        if wordEnd <= end {
          let word = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
          if isPlain(word) {
            unsafe output.storeBytes(of: word, as: UInt64.self)
            unsafe output += wordBytes
            index = wordEnd
            continue
          }
          let escape = unsafe table[Int(truncatingIfNeeded: word & 0xff)]
          if word == (word & 0xff) &* ones, escape.byteCount == growthMax {
            unsafe repeatEscape(escape, into: output)
            unsafe output += growthMax * wordBytes
            index = wordEnd
            continue
          }
        }
        let stop = min(wordEnd, end)
        repeat {
          let escape = unsafe table[Int(source.load(fromByteOffset: index, as: UInt8.self))]
          if !escape.isLead {
            unsafe output.storeBytes(of: escape.bits.littleEndian, as: UInt64.self)
            unsafe output += escape.byteCount
            index += 1
          } else {
            guard index + characterBytesMax <= sourceCount else { return unsafe output }
            let word = unsafe source.loadUnaligned(fromByteOffset: index, as: UInt32.self)
            let count = soundBytes(UInt32(littleEndian: word), escape)
            if count > escape.followers {
              // Guessed by the processor, where text is text: the next turn need not wait.
              unsafe output.storeBytes(of: word, as: UInt32.self)
              unsafe output += escape.followers + 1
              index += escape.followers + 1
            } else {
              unsafe output.storeBytes(of: replacementWord.littleEndian, as: UInt32.self)
              unsafe output += replacementBytes
              index += count
            }
          }
        } while index < stop
      }
      return unsafe output
    }
  }

  /// Writes an escape of six bytes eight times: four of them are three words.
  ///
  /// SAFETY: it writes six words, for which `encode` has asked: eight bytes of the source become
  /// that much at most.
  private static func repeatEscape(_ escape: JSONEscape, into output: UnsafeMutableRawPointer) {
    let text = escape.bits & 0xffff_ffff_ffff
    let words = (text | text &<< 48, text &>> 16 | text &<< 32, text &>> 32 | text &<< 16)
    for offset in stride(from: 0, to: growthMax * wordBytes, by: 3 * wordBytes) {
      unsafe output.storeBytes(of: words.0.littleEndian, toByteOffset: offset, as: UInt64.self)
      unsafe output.storeBytes(of: words.1.littleEndian, toByteOffset: offset + 8, as: UInt64.self)
      unsafe output.storeBytes(of: words.2.littleEndian, toByteOffset: offset + 16, as: UInt64.self)
    }
  }

  /// How many bytes of the character that `word` begins with, first byte lowest, are as they must
  /// be: all of them, or the maximal ill-formed part.
  private static func soundBytes(_ word: UInt32, _ lead: JSONEscape) -> Int {
    guard lead.allows(second: UInt8(truncatingIfNeeded: word &>> 8)) else { return 1 }
    // Zero in the bytes behind the first that are 0b10xxxxxx, and a one behind the last.
    let wrong = UInt64((word ^ 0x8080_8000) & 0xc0c0_c000) | 256 &<< (lead.bits &<< 3)
    return wrong.trailingZeroBitCount &>> 3
  }

  /// Whether all eight bytes stand for themselves: printable ASCII but for `"` and `\`.
  ///
  /// Each term has the top bit of some byte set where one is not plain: the classic tests for
  /// "less than n" and "is zero" of the bytes of a word, which may err about other bytes of a word
  /// that has one (Warren, Hacker's Delight, section 6-1).
  private static func isPlain(_ word: UInt64) -> Bool {
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5c)
    let low = (word &- ones &* 0x20) | (quote &- ones) | (backslash &- ones)
    return (low | word) & (ones &* 0x80) == 0
  }
}
