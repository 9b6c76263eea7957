import RunnerCore

/// The body of one delivery, handed to libcurl in the sizes that it asks for.
///
/// Not Sendable: it belongs to the thread of its transfer.
final class CallbackBody {
  /// Length of the whole body.
  let byteCount: Int
  private let document: JobDocument
  private var reader: JobDocumentReader
  private var piece: ArraySlice<UInt8> = []

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
    while filled < buffer.count, let part = take(buffer.count - filled) {
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyBytes(from: part)
      filled += part.count
    }
    return filled
  }

  /// Goes to `offset` from the start: libcurl does so to send a body again.
  ///
  /// - Returns: false when the body has no such place.
  func seek(to offset: Int) -> Bool {
    guard (0...byteCount).contains(offset) else { return false }
    reader = JobDocumentReader(document)
    piece = []
    var rest = offset
    while rest > 0, let part = take(rest) { rest -= part.count }
    return rest == 0
  }

  /// The next bytes, at least one and at most `count`; nil at the end.
  private func take(_ count: Int) -> ArraySlice<UInt8>? {
    if piece.isEmpty {
      guard let next = reader.next() else { return nil }
      piece = next[...]
    }
    let part = piece.prefix(count)
    piece = piece.dropFirst(count)
    return part
  }
}
