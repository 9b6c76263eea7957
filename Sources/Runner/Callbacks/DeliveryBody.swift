import RunnerCore

/// The body of one delivery, read by libcurl (CURLOPT_READFUNCTION(3)).
///
/// Not Sendable: it belongs to the thread of its transfer.
final class DeliveryBody {
  private let content: CallbackContent
  /// Bytes of the body before the next chunk.
  private var offset = 0
  /// The next chunk of a body in memory.
  private var index = 0
  /// Of a body that had no room.
  private var reader: JobDocumentReader?
  private var chunk: ArraySlice<UInt8> = []

  /// Bytes of a file that are read at once.
  private static let fileReadBytes = 64 << 10

  init(_ content: CallbackContent) {
    self.content = content
    rewind()
  }

  /// Length of the whole body in bytes.
  var byteCount: Int { content.byteCount }

  /// Whether all of the body was handed over.
  var isAtEnd: Bool { offset - chunk.count == byteCount }

  /// Fills `buffer` from its start with what follows.
  ///
  /// - Returns: how many bytes were written: 0 at the end, or where the disk fails before it.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var filled = 0
    while filled < buffer.count, let part = nextBytes(upTo: buffer.count - filled) {
      // SAFETY: `part` has at most the bytes that are free behind `filled`.
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyBytes(from: part)
      filled += part.count
    }
    return filled
  }

  /// Goes to `offset` from the start: libcurl does so to send a body again.
  ///
  /// - Returns: false when the offset is outside the body.
  func seek(to offset: Int) -> Bool {
    guard (0...byteCount).contains(offset) else { return false }
    rewind()
    if case .file = content.storage {
      self.offset = offset
      return true
    }
    var rest = offset
    while rest > 0, let part = nextBytes(upTo: rest) { rest -= part.count }
    return rest == 0
  }

  private func rewind() {
    offset = 0
    index = 0
    chunk = []
    reader = nil
    if case .document(let document) = content.storage { reader = JobDocumentReader(document) }
  }

  /// The next bytes, at least one and at most `count`; nil at the end.
  private func nextBytes(upTo count: Int) -> ArraySlice<UInt8>? {
    if chunk.isEmpty {
      guard let next = nextPiece(), !next.isEmpty else { return nil }
      chunk = next[...]
      offset += next.count
    }
    let part = chunk.prefix(count)
    chunk = chunk.dropFirst(count)
    return part
  }

  private func nextPiece() -> [UInt8]? {
    switch content.storage {
    case .memory(let pieces):
      guard index < pieces.count else { return nil }
      defer { index += 1 }
      return pieces[index]
    case .file(let file):
      return file.read(at: offset, count: min(Self.fileReadBytes, byteCount - offset))
    case .document:
      return reader?.next()
    }
  }
}
