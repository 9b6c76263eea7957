import RunnerCore

/// The source of a long body, chunk by chunk.
protocol BodySource: Sendable {
  /// The next chunk, never empty; nil at the end.
  mutating func next() -> [UInt8]?
}

extension JobDocumentReader: BodySource {}
