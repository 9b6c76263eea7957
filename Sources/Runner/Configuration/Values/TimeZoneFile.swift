internal import RunnerCore

/// Reads a file of the database of time zones: TZif (RFC 9636), version 2 or later. Changes that
/// the text at its end means are written out, so that nothing is left to be worked out later.
package enum TimeZoneFile {
  /// Bytes of a file at most; those of the database have 4 KiB.
  package static let bytesMax = 64 << 10
  private static let headerBytes = 44
  private static let countMax = 4096
  /// The last year whose changes are written out of the text at the end.
  private static let lastYear: Int64 = 2199

  /// The zone of a file; nil where it is none.
  static func rules(_ bytes: [UInt8], name: String) -> TimeZoneRules? {
    guard bytes.count <= bytesMax, let old = Header(bytes, at: 0), old.version >= 0x32 else {
      return nil
    }
    // The first part is for readers of 32-bit times.
    guard let header = Header(bytes, at: headerBytes + old.dataBytes(timeBytes: 4)) else {
      return nil
    }
    let start = headerBytes + old.dataBytes(timeBytes: 4) + headerBytes
    let end = start + header.dataBytes(timeBytes: 8)
    guard end <= bytes.count, header.typeCount > 0 else { return nil }
    let kinds = start + 8 * header.timeCount
    var offsets: [Int] = []
    for index in 0..<header.typeCount {
      let offset = Int(
        Int32(truncatingIfNeeded: integer(bytes, kinds + header.timeCount + 6 * index, 4)))
      guard abs(offset) < 86_400 else { return nil }
      offsets.append(offset)
    }
    var changes: [TimeZoneRules.Transition] = []
    for index in 0..<header.timeCount {
      let time = integer(bytes, start + 8 * index, 8)
      let kind = Int(bytes[kinds + index])
      guard offsets.indices.contains(kind), time > changes.last?.time ?? .min else { return nil }
      changes.append(TimeZoneRules.Transition(time: time, offset: offsets[kind]))
    }
    let footer = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
    guard bytes[end...].first == UInt8(ascii: "\n"), footer.endIndex < bytes.endIndex else {
      return nil
    }
    if !footer.isEmpty {
      guard let rule = TimeZoneText(footer) else { return nil }
      changes += rule.changes(after: changes.last?.time, upTo: lastYear)
    }
    return TimeZoneRules(name: name, firstOffset: offsets[0], changes: changes)
  }

  /// A header of one of the two parts.
  private struct Header {
    let version: UInt8
    let timeCount: Int
    let typeCount: Int
    private let leapCount: Int
    private let abbreviationBytes: Int
    private let flagCount: Int

    init?(_ bytes: [UInt8], at start: Int) {
      guard start + headerBytes <= bytes.count,
        bytes[start..<start + 4].elementsEqual("TZif".utf8)
      else { return nil }
      version = bytes[start + 4]
      let counts = (0..<6).map { integer(bytes, start + 20 + 4 * $0, 4) }
      guard counts.allSatisfy({ (0...Int64(countMax)).contains($0) }) else { return nil }
      flagCount = Int(counts[0] + counts[1])
      leapCount = Int(counts[2])
      timeCount = Int(counts[3])
      typeCount = Int(counts[4])
      abbreviationBytes = Int(counts[5])
    }

    func dataBytes(timeBytes: Int) -> Int {
      timeCount * (timeBytes + 1) + typeCount * 6 + abbreviationBytes
        + leapCount * (timeBytes + 4) + flagCount
    }
  }

  /// A whole number in network order.
  private static func integer(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64 {
    bytes[start..<start + count].reduce(0) { $0 << 8 | Int64($1) }
  }
}
