import RunnerCore

/// A part of an output stream, byte for byte.
struct OutputReader: BodySource {
  /// Bytes that are read at once.
  private static let chunkBytesMax = 64 << 10

  private let bytes: CapturedBytes
  private var range: Range<Int>

  /// - Parameter range: within the kept bytes.
  init(_ bytes: CapturedBytes, _ range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  mutating func next() -> [UInt8]? {
    let bytesMax = min(range.count, Self.chunkBytesMax)
    let part = bytes.read(at: range.lowerBound, bytesMax: bytesMax).bytes
    guard !part.isEmpty else { return nil }
    range = (range.lowerBound + part.count)..<range.upperBound
    return Array(part)
  }
}
