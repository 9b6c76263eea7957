/// Result of reading an output stream at an offset.
package struct OutputSlice: Sendable {
  /// Bytes from the offset on; empty where there are none, or the disk fails, or `isPending`.
  package var bytes: ArraySlice<UInt8>
  /// The file that has them; nil for those that are in memory.
  package var file: (any OutputFile)?
  /// Bytes that can be read: from the start of the stream, and behind these its last ones.
  package let keptBytes: Int
  /// Bytes that the job wrote so far, stored or dropped.
  package let totalBytes: UInt64
  /// Of `keptBytes` those at the end that stand behind the gap; 0 where nothing stands behind it.
  package var tailBytes = 0
  /// The newest bytes, which can be read once the stream has ended.
  package var heldBytes = 0
  /// Whether no more bytes will be stored.
  package let isFinal: Bool
  /// Whether the stored bytes were evicted.
  package let isEvicted: Bool

  /// The bytes that cannot be had, counted from the start of what the job wrote; empty where there
  /// are none.
  package var gap: Range<Int> {
    let start = keptBytes - tailBytes
    return start..<max(start, Int(clamping: totalBytes) - tailBytes - heldBytes)
  }

  /// Where among the kept bytes that one stands which the job wrote as number `position`, counted
  /// from 0; for one within the gap, the first behind it.
  package func keptOffset(of position: Int) -> Int {
    position <= gap.lowerBound
      ? position : max(gap.lowerBound, position - gap.count)
  }

  /// Bytes that can be read from `offset` on; negative where that is beyond them.
  func bytesAvailable(from offset: Int) -> Int { keptBytes - offset }

  /// Whether the bytes are still being read from the file; a wake-up call follows.
  package var isPending = false
}
