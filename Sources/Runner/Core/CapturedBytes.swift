/// One stream of a job as it stood at one moment.
package struct CapturedBytes: Sendable {
  private let chunks: [OutputChunk]
  private let tail: [UInt8]
  /// Where the bytes are when they are not in memory, and how many it has.
  private let file: (file: any OutputFile, bytes: Int)?
  /// What the job wrote, kept or not.
  package let totalBytes: UInt64
  /// True once the output was given up to make room for that of other jobs.
  package let isReleased: Bool

  /// Bytes of a piece that is read from a file.
  private static let filePieceBytes = 64 << 10

  init(chunks: [OutputChunk], tail: [UInt8], totalBytes: UInt64, isReleased: Bool) {
    self.chunks = chunks
    self.tail = tail
    self.file = nil
    self.totalBytes = totalBytes
    self.isReleased = isReleased
  }

  /// A stream that a store kept.
  ///
  /// - Parameter bytes: what is left of it.
  package init(bytes: [UInt8] = [], totalBytes: UInt64 = 0, isReleased: Bool = false) {
    self.init(chunks: [], tail: bytes, totalBytes: totalBytes, isReleased: isReleased)
  }

  /// The first `keptBytes` of a stream that a file holds.
  package init(file: any OutputFile, keptBytes: Int, totalBytes: UInt64) {
    self.chunks = []
    self.tail = []
    self.file = (file, keptBytes)
    self.totalBytes = totalBytes
    self.isReleased = false
  }

  /// The kept bytes in pieces, in order.
  package var pieceCount: Int {
    guard let file else { return chunks.count + 1 }
    return max(1, (file.bytes + Self.filePieceBytes - 1) / Self.filePieceBytes)
  }

  /// Piece `index` of `pieceCount`. Where a file has it, this reads the file.
  package func piece(_ index: Int) -> [UInt8] {
    guard let file else { return index < chunks.count ? chunks[index].bytes : tail }
    let offset = index * Self.filePieceBytes
    return file.file.read(
      at: UInt64(offset), count: min(Self.filePieceBytes, file.bytes - offset))
  }

  /// Bytes that are kept.
  package var keptBytes: Int {
    file?.bytes ?? chunks.reduce(tail.count) { $0 + $1.bytes.count }
  }

  /// Bytes that the job wrote and nobody can read any more.
  package var droppedBytes: UInt64 { totalBytes - UInt64(keptBytes) }

  /// Whether reading it takes the disk.
  package var isInFile: Bool { file != nil }

  /// Returns when the disk has all of it; at once for what is in memory.
  ///
  /// - Returns: false when the disk failed.
  package func sync() -> Bool { file?.file.sync() ?? true }

  /// All that is kept, at once: for streams that are known to be short.
  package var joined: [UInt8] {
    (0..<pieceCount).reduce(into: []) { $0 += piece($1) }
  }
}
