/// Result of reading an output stream at an offset.
package struct OutputSlice: Sendable {
  /// Bytes from the offset on; empty where there are none, or the disk fails, or `isPending`.
  package var bytes: ArraySlice<UInt8>
  /// The file that has them; nil for those that are in memory.
  package var file: (any OutputFile)?
  /// Bytes from the start of the stream that can be read.
  package let keptBytes: Int
  /// Bytes that the job wrote so far, stored or dropped.
  package let totalBytes: UInt64
  /// Whether no more bytes will be stored.
  package let isFinal: Bool
  /// Whether the stored bytes were evicted.
  package let isEvicted: Bool

  /// Bytes that can be read from `offset` on; negative where that is beyond them.
  func bytesAvailable(from offset: Int) -> Int { keptBytes - offset }

  /// Whether the bytes are still being read from the file; a wake-up call follows.
  package var isPending = false
}
