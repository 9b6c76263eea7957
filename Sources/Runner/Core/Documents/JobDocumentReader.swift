/// Reads a `JobDocument` from front to back in pieces of bounded size.
package struct JobDocumentReader: Sendable {
  /// Output bytes that are encoded into one piece; each becomes at most six.
  private static let sourceBytesMax = 16 << 10

  private let segments: [JobDocument.Segment]
  private var segment = 0
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
    let source = output.read(at: offset, bytesMax: Self.sourceBytesMax).bytes
    guard !source.isEmpty else {
      encoder.finish(into: &bytes)
      bytes.append(UInt8(ascii: "\""))
      return finishSegment(with: bytes)
    }
    encoder.encode(source, into: &bytes)
    offset += source.count
    return bytes
  }

  private mutating func finishSegment(with bytes: [UInt8]) -> [UInt8] {
    segment += 1
    offset = 0
    isInside = false
    encoder = JSONStringEncoder()
    return bytes
  }
}
