/// The field `Range` of a request (RFC 9110, section 14.2), for one range of bytes.
enum ByteRange: Hashable, Sendable {
  /// No range, or one that may be ignored: other units, several ranges, malformed.
  case whole
  case part(Range<Int>)
  /// No byte of the range exists: 416.
  case unsatisfiable

  /// - Parameter count: bytes that there are.
  init(_ field: String?, of count: Int) {
    guard let field, field.lowercased().hasPrefix("bytes="), !field.contains(",") else {
      self = .whole
      return
    }
    let ends = field.dropFirst(6).split(
      separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]) else {
      self = .whole
      return
    }
    switch (first, last) {
    case (nil, nil):
      self = .whole
    case (nil, let suffix?):
      self = suffix > 0 && count > 0 ? .part(max(0, count - suffix)..<count) : .unsatisfiable
    case (let first?, nil):
      self = first < count ? .part(first..<count) : .unsatisfiable
    case (let first?, let last?):
      guard first <= last else {
        self = .whole
        return
      }
      self = first < count ? .part(first..<min(count, last + 1)) : .unsatisfiable
    }
  }

  /// - Returns: nil for what is no number; an inner nil for nothing at all.
  private static func number(_ text: Substring) -> Int?? {
    guard !text.isEmpty else { return .some(nil) }
    let isDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isDigits, text.utf8.count <= 18, let number = Int(text) else { return nil }
    return .some(number)
  }
}
