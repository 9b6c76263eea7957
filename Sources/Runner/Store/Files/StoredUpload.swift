import DigestBase
import Glibc
import RunnerCore
import SystemBase

/// A piece of a file on its way into `JobFileFolder`. Its bytes are gathered into blocks, each of
/// which is written and digested on a thread of the disk.
///
/// SAFETY: one task at a time uses it, and waits for what it gives to a thread of the disk.
final class StoredUpload: FileUpload, @unchecked Sendable {
  private static let blockBytes = 256 << 10

  private let piece: UploadPiece
  private let id: JobID
  private let bytesMax: Int
  private let file: Int32
  private let folder: JobFileFolder
  private let digests: [ContentDigest]
  // Of the one task that uses this.
  private var block: [UInt8] = []
  private var byteCount = 0
  private var isOver = false

  /// - Returns: nil where there is no memory for the digests.
  init?(
    _ piece: UploadPiece, of id: JobID, bytesMax: Int, adopting file: Int32,
    in folder: JobFileFolder
  ) {
    var digests: [ContentDigest] = []
    for wanted in piece.contentDigests {
      guard let digest = ContentDigest(named: wanted.algorithm) else { return nil }
      digests.append(digest)
    }
    self.piece = piece
    self.id = id
    self.bytesMax = bytesMax
    self.file = file
    self.folder = folder
    self.digests = digests
  }

  deinit {
    close(file)
  }

  func append(_ bytes: [UInt8]) async throws(FileRefusal) {
    guard !isOver else { throw .sealed }
    byteCount += bytes.count
    guard piece.byteCount.map({ byteCount <= $0 }) ?? true else {
      return try await fail(.wrongLength)
    }
    do throws(FileRefusal) {
      try folder.count(bytes.count, of: piece, for: id, bytesMax: bytesMax)
    } catch {
      return try await fail(error)
    }
    block += bytes
    if block.count >= Self.blockBytes { try await flush() }
  }

  func finish() async throws(FileRefusal) -> UploadedFile {
    guard !isOver else { throw .sealed }
    try await flush()
    guard piece.byteCount.map({ byteCount == $0 }) ?? true else {
      try await fail(.wrongLength)
      throw .wrongLength
    }
    isOver = true
    let total = piece.offset + byteCount
    let result = await folder.perform { [self] () -> Result<UploadedFile, FileRefusal> in
      do throws(FileRefusal) {
        try check()
        return .success(try folder.keep(piece, for: id, byteCount: total))
      } catch {
        folder.cut(piece, for: id, file)
        return .failure(error)
      }
    }
    return try result.get()
  }

  func abort() async {
    guard !isOver else { return }
    isOver = true
    await folder.perform { [self] in folder.cut(piece, for: id, file) }
  }

  private func fail(_ refusal: FileRefusal) async throws(FileRefusal) {
    await abort()
    throw refusal
  }

  private func flush() async throws(FileRefusal) {
    let bytes = block
    block = []
    guard !bytes.isEmpty else { return }
    if let refusal = await folder.perform({ [self] in write(bytes) }) { try await fail(refusal) }
  }

  /// - Returns: nil where all of it is in the file.
  private func write(_ bytes: [UInt8]) -> FileRefusal? {
    ThreadRole.diskWrites.assertCurrent()
    for digest in digests { digest.append(bytes) }
    var done = 0
    while done < bytes.count {
      // SAFETY: write(2) reads from offset `done` to the end of the buffer, which is not used after
      // the closure.
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(file, buffer.baseAddress?.advanced(by: done), buffer.count - done)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return JobFileFolder.refusal(errno) }
      done += count
    }
    return nil
  }

  private func check() throws(FileRefusal) {
    for (digest, wanted) in zip(digests, piece.contentDigests) {
      guard digest.value() == wanted.bytes else { throw .wrongDigest }
    }
    for wanted in piece.isLast ? piece.fileDigests : [] {
      guard let digest = ContentDigest(named: wanted.algorithm) else { throw .failed("ENOMEM") }
      var offset = 0
      while let block = try readBlock(at: offset) {
        digest.append(block)
        offset += block.count
      }
      guard digest.value() == wanted.bytes else { throw .wrongDigest }
    }
    guard fdatasync(file) == 0 else { throw JobFileFolder.refusal(errno) }
  }

  /// - Returns: nil at the end of the file.
  private func readBlock(at offset: Int) throws(FileRefusal) -> [UInt8]? {
    var block = [UInt8](repeating: 0, count: Self.blockBytes)
    // SAFETY: pread(2) writes at most the size of the block.
    let got = unsafe block.withUnsafeMutableBytes {
      unsafe pread(file, $0.baseAddress, $0.count, off_t(offset))
    }
    guard got >= 0 else { throw JobFileFolder.refusal(errno) }
    return got == 0 ? nil : Array(block[..<got])
  }
}
