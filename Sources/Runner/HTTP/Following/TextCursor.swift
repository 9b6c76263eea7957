import RunnerCore
import TextFormats

/// The read position in one output stream, from which text events are made.
struct TextCursor: Sendable {
  /// The next part of the stream.
  enum Segment: Sendable {
    /// Decoded as UTF-8 and encoded as the inside of a JSON string.
    case text([UInt8])
    /// So many bytes of the stream cannot be had any more.
    case gone(from: Int, count: Int)
    case nothing
  }

  /// Bytes that are decoded for one event.
  private static let eventBytesMax = 16 << 10

  let stream: OutputStreamName
  private var readOffset: Int
  private var encoder = JSONStringEncoder()
  /// Whether the stream is sent in full, and cannot grow any more.
  private(set) var isAtEnd = false

  init(_ stream: OutputStreamName, from offset: Int = 0) {
    self.stream = stream
    self.readOffset = offset
  }

  /// Bytes of the stream that are sent: always at the start of a character.
  var sentOffset: Int { readOffset - encoder.heldBytes }

  /// - Parameters:
  ///   - hasEnded: whether the job had ended before this was asked.
  ///   - mayRepeatGap: whether a reported gap may be reported again as it grows; else a job that
  ///     prints past its limit would send nothing but gaps.
  mutating func next(
    _ feed: JobFeed, bytesMax: Int, hasEnded: Bool, mayRepeatGap: Bool
  ) -> Segment {
    let bytesMax = min(bytesMax, Self.eventBytesMax)
    while let reading = feed.read(stream, at: readOffset, bytesMax: bytesMax), !reading.isPending {
      guard reading.bytes.isEmpty else {
        var text: [UInt8] = []
        text.reserveCapacity(reading.bytes.count + reading.bytes.count / 8)
        encoder.encode(reading.bytes, into: &text)
        readOffset += reading.bytes.count
        if !text.isEmpty { return .text(text) }
        continue
      }
      return atEndOfKept(reading, hasEnded, mayRepeatGap)
    }
    return .nothing
  }

  private mutating func atEndOfKept(
    _ reading: OutputSlice, _ hasEnded: Bool, _ mayRepeatGap: Bool
  ) -> Segment {
    let isUnreadable = readOffset < reading.keptBytes
    guard reading.isFinal || hasEnded || isUnreadable else { return .nothing }
    if encoder.heldBytes > 0 {
      var text: [UInt8] = []
      encoder.finish(into: &text)
      return .text(text)
    }
    let end = isUnreadable ? reading.keptBytes : Int(clamping: reading.totalBytes)
    if end > readOffset, hasEnded || mayRepeatGap || readOffset <= reading.keptBytes {
      defer { readOffset = end }
      return .gone(from: readOffset, count: end - readOffset)
    }
    isAtEnd = hasEnded && readOffset >= end
    return .nothing
  }
}
