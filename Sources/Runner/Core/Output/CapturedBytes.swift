/// Immutable snapshot of one output stream of a job.
package struct CapturedBytes: Sendable {
  private let chunks: [OutputChunk]
  private let tail: [UInt8]
  /// Where the bytes are when they are not in memory, and how many it has.
  private let file: (file: any OutputFile, bytes: Int)?
  /// Bytes that can be read.
  package let keptBytes: Int
  /// Bytes that the job wrote, stored or dropped.
  package let totalBytes: UInt64
  /// Of `keptBytes` those at the end that stand behind the dropped ones; 0 where none does.
  package let tailBytes: Int
  /// Whether the output was evicted to free memory for that of other jobs.
  package let isEvicted: Bool

  /// Bytes of a piece that is read from a file.
  private static let filePieceBytes = 64 << 10

  init(
    chunks: [OutputChunk], tail: [UInt8], keptBytes: Int, totalBytes: UInt64, tailBytes: Int,
    isEvicted: Bool
  ) {
    self.chunks = chunks
    self.tailBytes = tailBytes
    self.tail = tail
    self.file = nil
    self.keptBytes = keptBytes
    self.totalBytes = totalBytes
    self.isEvicted = isEvicted
  }

  /// A stream that a store kept.
  ///
  /// - Parameters:
  ///   - bytes: what is left of it.
  ///   - tailBytes: how many of these stand behind the dropped ones.
  package init(
    bytes: [UInt8] = [], totalBytes: UInt64 = 0, tailBytes: Int = 0, isEvicted: Bool = false
  ) {
    self.init(
      chunks: [], tail: bytes, keptBytes: bytes.count, totalBytes: totalBytes,
      tailBytes: min(tailBytes, bytes.count), isEvicted: isEvicted)
  }

  /// A stream of which a file has `keptBytes`, the last `tailBytes` of them from its end.
  package init(
    file: any OutputFile, keptBytes: Int, totalBytes: UInt64, tailBytes: Int = 0
  ) {
    self.tailBytes = min(tailBytes, keptBytes)
    self.chunks = []
    self.tail = []
    self.file = (file, keptBytes)
    self.keptBytes = keptBytes
    self.totalBytes = totalBytes
    self.isEvicted = false
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

  /// What is at `offset`, at most `bytesMax` bytes, of a stream that does not grow any more. Waits
  /// for the disk where a file has it.
  package func read(at offset: Int, bytesMax: Int) -> OutputSlice {
    var reading = find(at: offset, bytesMax: bytesMax)
    let count = min(bytesMax, reading.bytesAvailable(from: offset))
    if let file = reading.file, count > 0 {
      reading.bytes = file.read(at: UInt64(offset), count: count)[...]
    }
    return reading
  }

  /// The bytes at `offset`, like `read`, but the task suspends while the disk is read.
  func load(at offset: Int, bytesMax: Int) async -> ArraySlice<UInt8> {
    let reading = find(at: offset, bytesMax: bytesMax)
    let count = min(bytesMax, reading.bytesAvailable(from: offset))
    guard let file = reading.file, count > 0 else { return reading.bytes }
    return await withCheckedContinuation { loaded in
      file.read(at: UInt64(offset), count: count) { loaded.resume(returning: $0[...]) }
    }
  }

  /// The bytes at `offset`, like `read`, but none where a file has them: see `OutputReadAhead`.
  package func find(at offset: Int, bytesMax: Int) -> OutputSlice {
    let count = file == nil ? max(0, min(bytesMax, keptBytes - offset)) : 0
    return OutputSlice(
      bytes: count > 0 ? inMemory(at: offset).prefix(count) : [], file: file?.file,
      keptBytes: keptBytes, totalBytes: totalBytes, tailBytes: tailBytes, isFinal: true,
      isEvicted: isEvicted)
  }

  private func inMemory(at offset: Int) -> ArraySlice<UInt8> {
    let index = min(offset / OutputContent.chunkBytes, chunks.count)
    let start = index * OutputContent.chunkBytes
    return (index < chunks.count ? chunks[index].bytes : tail)[(offset - start)...]
  }

  /// Bytes that the job wrote and that cannot be read any more.
  package var droppedBytes: UInt64 { totalBytes - UInt64(keptBytes) }

  /// Bytes before the dropped ones.
  package var headBytes: Int { keptBytes - tailBytes }

  /// Whether reading it takes the disk.
  package var isInFile: Bool { file != nil }

  /// Returns when the disk has all of it; at once for what is in memory.
  ///
  /// - Returns: false when the disk failed.
  package func sync() async -> Bool {
    guard let file = file?.file else { return true }
    return await withCheckedContinuation { synced in
      file.sync { synced.resume(returning: $0) }
    }
  }

  /// All stored bytes at once: for streams that are known to be short.
  package var joined: [UInt8] {
    (0..<pieceCount).reduce(into: []) { $0 += piece($1) }
  }
}
