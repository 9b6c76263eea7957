import RunnerCore

/// Where a long answer comes from, piece by piece.
protocol PieceSource: Sendable {
  /// The next piece, never empty; nil at the end.
  mutating func next() -> [UInt8]?
}

extension JobDocumentReader: PieceSource {}
