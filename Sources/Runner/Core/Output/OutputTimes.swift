/// When which bytes of an output stream came: marks of a time and an offset, at most one a second.
///
/// Bounded: where there are as many as may be, every second one is dropped, and from then on they
/// are twice as far apart: by the second for 68 minutes, by 32 seconds after a day.
package struct OutputTimes: Hashable, Sendable {
  struct Sample: Hashable, Sendable {
    /// Milliseconds since 1970.
    let time: Int64
    /// Bytes of the stream before it, stored or dropped.
    let offset: UInt64
  }

  static let marksMax = 4096

  /// Ascending in both; what came from one to the next came between their times.
  private(set) var marks: [Sample] = []
  /// Milliseconds from one to the next at least.
  private(set) var intervalMilliseconds: Int64 = 1000

  /// Of a stream of which nothing has come.
  package init() {}

  /// Bytes come.
  ///
  /// - Parameters:
  ///   - offset: how many there are before them.
  ///   - now: milliseconds since 1970.
  mutating func record(_ offset: UInt64, at now: Int64) {
    if let last = marks.last {
      // A clock that was set back marks nothing until it is where it was.
      guard now - last.time >= intervalMilliseconds, offset > last.offset else { return }
    }
    if marks.count == Self.marksMax {
      marks = stride(from: 0, to: marks.count, by: 2).map { marks[$0] }
      intervalMilliseconds *= 2
      guard let last = marks.last, now - last.time >= intervalMilliseconds else { return }
    }
    marks.append(Sample(time: now, offset: offset))
  }

  /// Where those bytes begin that may have come at a time or later; nil where all are older.
  ///
  /// - Parameter wanted: milliseconds since 1970.
  package func offset(at wanted: Int64) -> UInt64? {
    guard let last = marks.last, wanted < last.time + intervalMilliseconds else { return nil }
    let later = marks.partitioningIndex { $0.time > wanted }
    return later == 0 ? 0 : marks[later - 1].offset
  }

  /// Whether they say more than the start and the end of a job do.
  func isWorthKeeping(at end: Int64) -> Bool {
    guard let last = marks.last else { return false }
    return marks.count > 1 || end - last.time >= intervalMilliseconds
  }
}

/// In a file: numbers of 64 bits, the least byte first.
extension OutputTimes {
  // A damaged file has any numbers; the sum of these two has room in 64 bits.
  private static let intervalMax: UInt64 = 1 << 42
  private static let timeMax: Int64 = 1 << 52

  /// Appends them to `bytes`.
  package func encode(into bytes: inout [UInt8]) {
    let head = [UInt64(bitPattern: intervalMilliseconds), UInt64(marks.count)]
    let numbers = head + marks.flatMap { [UInt64(bitPattern: $0.time), $0.offset] }
    for number in numbers {
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }
  }

  /// Takes those at the start of `bytes`; nil where there are none.
  package init?(decoding bytes: inout ArraySlice<UInt8>) {
    guard let interval = Self.number(&bytes), let count = Self.number(&bytes),
      (1000...Self.intervalMax).contains(interval), count <= UInt64(Self.marksMax)
    else { return nil }
    intervalMilliseconds = Int64(interval)
    for _ in 0..<count {
      guard let time = Self.number(&bytes), let offset = Self.number(&bytes) else { return nil }
      let mark = Sample(time: Int64(bitPattern: time), offset: offset)
      guard (0...Self.timeMax).contains(mark.time) else { return nil }
      if let last = marks.last, mark.time <= last.time || mark.offset <= last.offset { return nil }
      marks.append(mark)
    }
  }

  private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    guard bytes.count >= 8 else { return nil }
    defer { bytes = bytes.dropFirst(8) }
    return bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
