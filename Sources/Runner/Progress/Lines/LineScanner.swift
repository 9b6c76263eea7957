/// Reads numbers and fixed words from one line, from its start to its end. A number that is absent
/// or longer than any that a program prints is nil.
package struct LineScanner: Sendable {
  /// Digits before and behind the point of a number that are read.
  private static let digitsMax = 15

  private let bytes: ArraySlice<UInt8>
  private var index: Int

  /// A scanner at the start of `bytes`.
  package init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    self.index = bytes.startIndex
  }

  /// The byte to be read; nil at the end.
  var next: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

  /// What was not read yet.
  var rest: ArraySlice<UInt8> { bytes[index...] }

  /// Reads `literal` where the line goes on with it.
  mutating func skip(_ literal: String) -> Bool {
    guard rest.starts(with: literal.utf8) else { return false }
    index += literal.utf8.count
    return true
  }

  /// Reads spaces and tabs.
  mutating func skipSpaces() {
    while let byte = next, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { index += 1 }
  }

  /// Reads up to the end of the first `literal`.
  ///
  /// - Returns: false where there is none; nothing is read then.
  mutating func seek(_ literal: String) -> Bool {
    guard let first = literal.utf8.first else { return true }
    var start = index
    while let found = bytes[start...].firstIndex(of: first) {
      if bytes[found...].starts(with: literal.utf8) {
        index = found + literal.utf8.count
        return true
      }
      start = found + 1
    }
    return false
  }

  /// Reads up to the next space.
  mutating func word() -> String {
    let end = rest.firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
    defer { index = end }
    return String(decoding: bytes[index..<end], as: UTF8.self)
  }

  /// Reads decimal digits.
  mutating func integer() -> UInt64? {
    let digits = rest.prefix(while: Self.isDigit)
    guard !digits.isEmpty, digits.count <= Self.digitsMax else { return nil }
    index += digits.count
    return digits.reduce(0) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
  }

  /// Reads decimal digits with a comma between each three, or without (rsync(1)).
  mutating func groupedInteger() -> UInt64? {
    let text = rest.prefix { Self.isDigit($0) || $0 == UInt8(ascii: ",") }
    var digits = LineScanner(Array(text.filter(Self.isDigit))[...])
    guard let value = digits.integer() else { return nil }
    index += text.count
    return value
  }

  /// Reads decimal digits with a point among them, or without.
  mutating func number() -> Double? {
    guard let whole = integer() else { return nil }
    guard skip(".") else { return Double(whole) }
    let start = index
    guard let part = integer() else { return Double(whole) }
    // One division of exact numbers, so that the digits are those that were printed.
    let scale = Self.powersOfTen[index - start]
    return (Double(whole) * scale + Double(part)) / scale
  }

  /// Reads a time as `H:MM:SS.cc`, `MM:SS` or `SS`, in seconds; hours have as many digits as they
  /// need.
  mutating func clock() -> Double? {
    guard var seconds = number() else { return nil }
    for _ in 0..<2 where next == UInt8(ascii: ":") {
      index += 1
      guard let part = number(), part < 60 else { return nil }
      seconds = seconds * 60 + part
    }
    return seconds
  }

  /// The number in front of the last percent sign, as a fraction; nil outside of 0...100.
  func lastPercent() -> Double? {
    guard let sign = rest.lastIndex(of: UInt8(ascii: "%")) else { return nil }
    let front = bytes[index..<sign]
    let end = front.last == UInt8(ascii: " ") ? sign - 1 : sign
    let digits = bytes[index..<end].reversed().prefix {
      Self.isDigit($0) || $0 == UInt8(ascii: ".")
    }
    let start = end - digits.count
    if start > index, Self.belongsToNumber(bytes[start - 1]) { return nil }
    var scanner = LineScanner(bytes[start..<end])
    guard let percent = scanner.number(), scanner.next == nil else { return nil }
    return Self.fraction(ofPercent: percent)
  }

  /// `percent` as a fraction; nil outside of 0...100.
  static func fraction(ofPercent percent: Double?) -> Double? {
    percent.flatMap { (0...100).contains($0) ? $0 / 100 : nil }
  }

  private static let powersOfTen: [Double] = (0...digitsMax).map { count in
    (0..<count).reduce(1.0) { power, _ in power * 10 }
  }

  /// Whether digits behind it are not the whole of a number: a sign, or a letter.
  private static func belongsToNumber(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
