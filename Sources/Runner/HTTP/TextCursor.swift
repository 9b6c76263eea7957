import RunnerCore

/// One output stream on its way into events.
struct TextCursor: Sendable {
  /// What there is to tell.
  enum Find: Sendable {
    /// Decoded as UTF-8 and encoded as the inside of a JSON string.
    case text([UInt8])
    /// So many bytes of the stream cannot be had any more.
    case gone(from: Int, count: Int)
    case nothing
  }

  /// Bytes that are decoded for one event.
  private static let eventBytesMax = 16 << 10

  let stream: OutputStreamName
  private var taken: Int
  private var encoder = JSONStringEncoder()
  /// Whether all of the stream is told, and there will never be more.
  private(set) var isAtEnd = false

  init(_ stream: OutputStreamName, from offset: Int = 0) {
    self.stream = stream
    self.taken = offset
  }

  /// Up to where the stream is told: the start of a character, wherever pieces of it end.
  var told: Int { taken - encoder.heldBytes }

  /// - Parameters:
  ///   - hasEnded: whether the job had ended before this was asked.
  ///   - mayRepeat: whether more of a loss is told that was told before: else nobody would hear of
  ///     anything else while a job prints past its limit.
  mutating func next(
    _ feed: JobFeed, bytesMax: Int, hasEnded: Bool, mayRepeat: Bool
  ) -> Find {
    let bytesMax = min(bytesMax, Self.eventBytesMax)
    while let reading = feed.read(stream, at: taken, bytesMax: bytesMax) {
      guard reading.bytes.isEmpty else {
        var text: [UInt8] = []
        text.reserveCapacity(reading.bytes.count + reading.bytes.count / 8)
        encoder.encode(reading.bytes, into: &text)
        taken += reading.bytes.count
        if !text.isEmpty { return .text(text) }
        continue
      }
      return atEndOfKept(reading, hasEnded, mayRepeat)
    }
    return .nothing
  }

  private mutating func atEndOfKept(
    _ reading: OutputSlice, _ hasEnded: Bool, _ mayRepeat: Bool
  ) -> Find {
    let isUnreadable = taken < reading.keptBytes
    guard reading.isFinal || hasEnded || isUnreadable else { return .nothing }
    if encoder.heldBytes > 0 {
      var text: [UInt8] = []
      encoder.finish(into: &text)
      return .text(text)
    }
    let end = isUnreadable ? reading.keptBytes : Int(clamping: reading.totalBytes)
    if end > taken, hasEnded || mayRepeat || taken <= reading.keptBytes {
      defer { taken = end }
      return .gone(from: taken, count: end - taken)
    }
    isAtEnd = hasEnded && taken >= end
    return .nothing
  }
}
