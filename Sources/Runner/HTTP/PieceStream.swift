/// An answer on its way out: pieces from their source, cut to what the connection takes.
/// Used by libmicrohttpd's thread alone.
final class PieceStream {
  private var source: any PieceSource
  private var piece: [UInt8] = []
  private var offset = 0

  init(_ source: any PieceSource) {
    self.source = source
  }

  /// Fills `buffer` from its start.
  ///
  /// - Returns: how many bytes were written; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var written = 0
    while written < buffer.count {
      if offset == piece.count {
        guard let next = source.next() else { break }
        piece = next
        offset = 0
      }
      let count = min(buffer.count - written, piece.count - offset)
      // SAFETY: both slices have `count` bytes and lie inside of their buffers.
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[written..<(written + count)])
        .copyBytes(from: piece[offset..<(offset + count)])
      written += count
      offset += count
    }
    return written
  }
}
