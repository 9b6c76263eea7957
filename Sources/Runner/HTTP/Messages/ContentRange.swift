/// The field `Content-Range` of a PUT: where a piece stands in its file (RFC 9110, section 14.5).
struct ContentRange: Hashable, Sendable {
  /// The first byte.
  let offset: Int
  /// Bytes of the piece.
  let byteCount: Int
  /// Bytes of the file; nil for `*`.
  let total: Int?

  private static let digitsMax = 18

  /// The range of a field; nil for what is no range of bytes with a first and a last byte.
  init?(_ field: String) {
    guard field.hasPrefix("bytes ") else { return nil }
    let parts = field.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]),
      first <= last
    else { return nil }
    let total = Self.number(parts[1])
    guard parts[1] == "*" || total.map({ last < $0 }) == true else { return nil }
    self.offset = first
    self.byteCount = last - first + 1
    self.total = total
  }

  /// Whether the file ends with the piece.
  var isLast: Bool { total == offset + byteCount }

  private static func number(_ text: Substring) -> Int? {
    let isDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isDigits, (1...digitsMax).contains(text.utf8.count) else { return nil }
    return Int(text)
  }
}
