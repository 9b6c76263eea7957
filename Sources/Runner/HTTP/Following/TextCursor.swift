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
  /// Counted from the start of what the job wrote, whether that can be had or not.
  private var readOffset: Int
  /// Bytes before it that cannot be had.
  private var passedBytes = 0
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
    while let reading = feed.read(stream, at: readOffset - passedBytes, bytesMax: bytesMax) {
      let passed = readOffset - reading.keptOffset(of: readOffset)
      guard passed == passedBytes else {
        passedBytes = passed
        continue
      }
      if reading.isPending { break }
      guard !reading.bytes.isEmpty, !reading.gap.contains(readOffset) else {
        return atEndOfPart(reading, hasEnded, mayRepeatGap)
      }
      var text: [UInt8] = []
      let bytes = reading.bytes.prefix(partEnd(reading) - readOffset)
      text.reserveCapacity(bytes.count + bytes.count / 8)
      encoder.encode(bytes, into: &text)
      readOffset += bytes.count
      if !text.isEmpty { return .text(text) }
    }
    return .nothing
  }

  /// Where the bytes before the gap end, or those behind it, whichever `readOffset` is among.
  private func partEnd(_ reading: OutputSlice) -> Int {
    readOffset < reading.gap.lowerBound ? reading.gap.lowerBound : Int(clamping: reading.totalBytes)
  }

  private mutating func atEndOfPart(
    _ reading: OutputSlice, _ hasEnded: Bool, _ mayRepeatGap: Bool
  ) -> Segment {
    let gap = reading.gap
    // The disk fails.
    let isUnreadable =
      reading.keptOffset(of: readOffset) < reading.keptBytes && !gap.contains(readOffset)
    guard reading.isFinal || hasEnded || isUnreadable else { return .nothing }
    if encoder.heldBytes > 0 {
      var text: [UInt8] = []
      encoder.finish(into: &text)
      return .text(text)
    }
    let end = isUnreadable ? partEnd(reading) : gap.upperBound
    if end > readOffset, hasEnded || mayRepeatGap || readOffset <= gap.lowerBound {
      defer { readOffset = end }
      return .gone(from: readOffset, count: end - readOffset)
    }
    isAtEnd = hasEnded && readOffset >= Int(clamping: reading.totalBytes)
    return .nothing
  }
}
