/// Reads a `JobDocument` from front to back in pieces of bounded size.
package struct JobDocumentReader: Sendable {
  /// Output bytes that are encoded into one piece; each becomes at most six.
  private static let sourceBytesMax = 16 << 10

  private let segments: [JobDocument.Segment]
  private var segment = 0
  private var piece = 0
  private var offset = 0
  private var isInside = false
  private var encoder = JSONStringEncoder()

  package init(_ document: JobDocument) {
    self.segments = document.segments
  }

  /// The next piece, never empty; nil at the end.
  package mutating func next() -> [UInt8]? {
    while segment < segments.count {
      let bytes =
        switch segments[segment] {
        case .literal(let literal): finishSegment(with: literal)
        case .output(let output): nextPiece(of: output)
        }
      if !bytes.isEmpty { return bytes }
    }
    return nil
  }

  private mutating func nextPiece(of output: CapturedBytes) -> [UInt8] {
    var bytes: [UInt8] = []
    if !isInside {
      bytes.append(UInt8(ascii: "\""))
      isInside = true
    }
    guard piece < output.pieceCount else {
      encoder.finish(into: &bytes)
      bytes.append(UInt8(ascii: "\""))
      return finishSegment(with: bytes)
    }
    let source = output.piece(piece)
    let slice = source[offset...].prefix(Self.sourceBytesMax)
    encoder.encode(slice, into: &bytes)
    offset = slice.endIndex
    if offset == source.endIndex {
      piece += 1
      offset = 0
    }
    return bytes
  }

  private mutating func finishSegment(with bytes: [UInt8]) -> [UInt8] {
    segment += 1
    piece = 0
    offset = 0
    isInside = false
    encoder = JSONStringEncoder()
    return bytes
  }
}
