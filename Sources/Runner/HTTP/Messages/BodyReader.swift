/// Reads a body from its source, in the sizes that the connection asks for.
/// Used by libmicrohttpd's thread alone.
final class BodyReader {
  private var source: any BodySource
  private var chunk: [UInt8] = []
  private var offset = 0

  init(_ source: any BodySource) {
    self.source = source
  }

  /// Fills `buffer` from its start.
  ///
  /// - Returns: how many bytes were written; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var written = 0
    while written < buffer.count {
      if offset == chunk.count {
        guard let next = source.next() else { break }
        chunk = next
        offset = 0
      }
      let count = min(buffer.count - written, chunk.count - offset)
      // SAFETY: both slices have `count` bytes and lie inside of their buffers.
      unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[written..<(written + count)])
        .copyBytes(from: chunk[offset..<(offset + count)])
      written += count
      offset += count
    }
    return written
  }
}
