import RunnerCore

/// A part of an output stream, byte for byte.
struct OutputReader: PieceSource {
  private let bytes: CapturedBytes
  private var piece = 0
  /// Bytes to leave out before the first that is read.
  private var skip: Int
  private var rest: Int

  /// - Parameter range: within the kept bytes.
  init(_ bytes: CapturedBytes, _ range: Range<Int>) {
    self.bytes = bytes
    self.skip = range.lowerBound
    self.rest = range.count
  }

  mutating func next() -> [UInt8]? {
    while rest > 0, piece < bytes.pieceCount {
      let whole = bytes.piece(piece)
      piece += 1
      guard skip < whole.count else {
        skip -= whole.count
        continue
      }
      let part = Array(whole.dropFirst(skip).prefix(rest))
      skip = 0
      rest -= part.count
      if !part.isEmpty { return part }
    }
    return nil
  }
}
