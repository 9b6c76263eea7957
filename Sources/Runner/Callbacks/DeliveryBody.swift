import RunnerCore

/// The body of one delivery, read by libcurl (CURLOPT_READFUNCTION(3)).
///
/// Not Sendable: it belongs to the thread of its transfer.
final class DeliveryBody {
  /// Length of the whole body.
  let byteCount: Int
  private let document: JobDocument
  private var reader: JobDocumentReader
  private var chunk: ArraySlice<UInt8> = []

  /// - Parameter byteCount: the length of the document, which takes a pass to know.
  init(_ document: JobDocument, byteCount: Int) {
    self.document = document
    self.byteCount = byteCount
    self.reader = JobDocumentReader(document)
  }

  /// Fills `buffer` from its start with what follows.
  ///
  /// - Returns: how many bytes were written: 0 at the end only.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var filled = 0
    while filled < buffer.count, let part = nextBytes(upTo: buffer.count - filled) {
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
    reader = JobDocumentReader(document)
    chunk = []
    var rest = offset
    while rest > 0, let part = nextBytes(upTo: rest) { rest -= part.count }
    return rest == 0
  }

  /// The next bytes, at least one and at most `count`; nil at the end.
  private func nextBytes(upTo count: Int) -> ArraySlice<UInt8>? {
    if chunk.isEmpty {
      guard let next = reader.next() else { return nil }
      chunk = next[...]
    }
    let part = chunk.prefix(count)
    chunk = chunk.dropFirst(count)
    return part
  }
}
