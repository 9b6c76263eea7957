import TextFormats

/// The public name of a job: 160 random bits, written as 40 lower-case hexadecimal digits.
///
/// The bits come from the kernel's random source (getrandom(2), through the standard library), so
/// that an id cannot be guessed: it is the permission to read the job.
package struct JobID: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let middle: UInt64
  private let low: UInt32

  /// How many hexadecimal digits an id has.
  package static let digitCount = 40
  /// How many bytes it is.
  package static let byteCount = 20

  /// Draws a new id from the system's random source.
  package static func random() -> JobID {
    var generator = SystemRandomNumberGenerator()
    return JobID(
      high: generator.next(), middle: generator.next(),
      low: UInt32(truncatingIfNeeded: generator.next()))
  }

  private init(high: UInt64, middle: UInt64, low: UInt32) {
    self.high = high
    self.middle = middle
    self.low = low
  }

  /// Accepts exactly what `description` writes; anything else is nil.
  package init?(_ text: some StringProtocol) {
    self.init(digits: Array(text.utf8)[...])
  }

  /// Accepts the UTF-8 bytes of what `description` writes; anything else is nil.
  package init?(digits: ArraySlice<UInt8>) {
    guard let bytes = Hexadecimal.bytes(of: digits) else { return nil }
    self.init(bytes: bytes)
  }

  /// From what `bytes` gives; anything else than 20 bytes is nil.
  package init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.init(
      high: Self.word(bytes[0..<8]), middle: Self.word(bytes[8..<16]),
      low: UInt32(truncatingIfNeeded: Self.word(bytes[16..<20])))
  }

  /// The 160 bits, highest first.
  package var bytes: [UInt8] {
    (0..<Self.byteCount).map { byte(at: $0) }
  }

  /// 40 digits, each `0-9` or `a-f`.
  package var description: String { Hexadecimal.text(of: bytes) }

  /// The byte at a position of `bytes`, counted from 0.
  private func byte(at index: Int) -> UInt8 {
    switch index {
    case 0..<8: UInt8(truncatingIfNeeded: high >> (56 - 8 * index))
    case 8..<16: UInt8(truncatingIfNeeded: middle >> (120 - 8 * index))
    default: UInt8(truncatingIfNeeded: low >> (152 - 8 * index))
    }
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
