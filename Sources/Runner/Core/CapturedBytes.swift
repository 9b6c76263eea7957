/// One stream of a job as it stood at one moment.
package struct CapturedBytes: Sendable {
  private let chunks: [OutputChunk]
  private let tail: [UInt8]
  /// What the job wrote, kept or not.
  package let totalBytes: UInt64
  /// True once the output was given up to make room for that of other jobs.
  package let isReleased: Bool

  init(chunks: [OutputChunk], tail: [UInt8], totalBytes: UInt64, isReleased: Bool) {
    self.chunks = chunks
    self.tail = tail
    self.totalBytes = totalBytes
    self.isReleased = isReleased
  }

  /// The kept bytes in pieces, in order.
  package var pieceCount: Int { chunks.count + 1 }

  /// Piece `index` of `pieceCount`.
  package func piece(_ index: Int) -> [UInt8] {
    index < chunks.count ? chunks[index].bytes : tail
  }

  /// Bytes that are kept.
  package var keptBytes: Int { chunks.reduce(tail.count) { $0 + $1.bytes.count } }

  /// Bytes that the job wrote and nobody can read any more.
  package var droppedBytes: UInt64 { totalBytes - UInt64(keptBytes) }
}
