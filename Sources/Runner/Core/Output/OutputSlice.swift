/// What somebody who follows an output stream finds at a place of it.
package struct OutputSlice: Sendable {
  /// The bytes from there on; empty where there are none, or the disk fails.
  package let bytes: ArraySlice<UInt8>
  /// Bytes from the start of the stream that can be read.
  package let keptBytes: Int
  /// What the job wrote so far, kept or not.
  package let totalBytes: UInt64
  /// Whether nothing more will be kept.
  package let isFinal: Bool
  /// Whether what was kept was given up.
  package let isEvicted: Bool

  /// Bytes that can be read from `offset` on; negative where that is beyond them.
  func bytesAvailable(from offset: Int) -> Int { keptBytes - offset }

  func with(_ bytes: [UInt8]) -> OutputSlice {
    OutputSlice(
      bytes: bytes[...], keptBytes: keptBytes, totalBytes: totalBytes, isFinal: isFinal,
      isEvicted: isEvicted)
  }
}
