import TextFormats

/// Reads a `JobDocument` from front to back in pieces of bounded size.
package struct JobDocumentReader: Sendable {
  /// Output bytes that are encoded into one piece; each becomes at most six.
  private static let sourceBytesMax = 16 << 10
  /// Output bytes that are read from a file at once.
  private static let loadedBytesMax = 128 << 10
  /// Room of a piece beyond its source bytes, at least: plain text is never moved while it is
  /// encoded.
  private static let spareBytesMin = 8 << 10

  private let segments: [JobDocument.Segment]
  private var segment = 0
  private var offset = 0
  private var isInside = false
  private var encoder = JSONStringEncoder()
  /// Room of the next piece beyond its source bytes: as much as the last one came to need.
  private var spareBytes = Self.spareBytesMin
  /// Output bytes behind `offset` that were read from a file before they are due.
  private var loaded: ArraySlice<UInt8> = []
  /// Whether output could not be read: what came before is not the whole document.
  package private(set) var hasFailed = false

  /// A reader at the first piece of `document`.
  package init(_ document: JobDocument) {
    self.segments = document.segments
  }

  /// The next piece, never empty; nil at the end, and where `hasFailed`. Where output is in a file,
  /// this waits for the disk on the caller's thread, which must be one that may (docs/threads.md).
  package mutating func next() -> [UInt8]? {
    while !hasFailed, segment < segments.count {
      let bytes =
        switch segments[segment] {
        case .literal(let literal): finishSegment(with: literal)
        case .output(let output): piece(of: read(from: output), output)
        }
      if !bytes.isEmpty { return bytes }
    }
    return nil
  }

  /// The next piece, like `next`, but the task suspends while the disk is read.
  package mutating func nextPiece() async -> [UInt8]? {
    while !hasFailed, segment < segments.count {
      let bytes =
        switch segments[segment] {
        case .literal(let literal): finishSegment(with: literal)
        case .output(let output): piece(of: await load(from: output), output)
        }
      if !bytes.isEmpty { return bytes }
    }
    return nil
  }

  private mutating func read(from output: CapturedBytes) -> ArraySlice<UInt8> {
    if loaded.isEmpty { loaded = output.read(at: offset, bytesMax: Self.loadedBytesMax).bytes }
    return takeLoaded()
  }

  private mutating func load(from output: CapturedBytes) async -> ArraySlice<UInt8> {
    if loaded.isEmpty {
      loaded = await output.load(at: offset, bytesMax: Self.loadedBytesMax)
    }
    return takeLoaded()
  }

  private mutating func takeLoaded() -> ArraySlice<UInt8> {
    defer { loaded = loaded.dropFirst(Self.sourceBytesMax) }
    return loaded.prefix(Self.sourceBytesMax)
  }

  private mutating func piece(
    of source: ArraySlice<UInt8>, _ output: CapturedBytes
  ) -> [UInt8] {
    guard !source.isEmpty || offset >= output.keptBytes else {
      hasFailed = true
      return []
    }
    var bytes: [UInt8] = []
    if !isInside {
      bytes.append(UInt8(ascii: "\""))
      isInside = true
    }
    guard !source.isEmpty else {
      encoder.finish(into: &bytes)
      bytes.append(UInt8(ascii: "\""))
      return finishSegment(with: bytes)
    }
    bytes.reserveCapacity(bytes.count + source.count + spareBytes)
    encoder.encode(source, into: &bytes)
    spareBytes = Self.spareBytesMin + max(0, bytes.count - source.count)
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
