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
    guard text.utf8.count == Self.digitCount else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    var upper: UInt8?
    for character in text.utf8 {
      guard let digit = Self.digit(character) else { return nil }
      if let half = upper {
        bytes.append(half << 4 | digit)
        upper = nil
      } else {
        upper = digit
      }
    }
    self.init(bytes: bytes)
  }

  /// From what `bytes` gives; anything else than 20 bytes is nil.
  package init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.init(
      high: Self.number(bytes[0..<8]), middle: Self.number(bytes[8..<16]),
      low: UInt32(truncatingIfNeeded: Self.number(bytes[16..<20])))
  }

  /// The 160 bits, highest first.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.byteCount)
    for word in [high, middle] {
      for shift in stride(from: UInt64(56), through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: low >> shift))
    }
    return bytes
  }

  /// 40 digits, each `0-9` or `a-f`.
  package var description: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(Self.digitCount)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 0xf)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
