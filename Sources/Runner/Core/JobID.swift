/// The public name of a job: 160 random bits, written as 40 lower-case hexadecimal digits.
///
/// The bits come from the kernel's random source (getrandom(2), through the standard library), so
/// that an id cannot be guessed: whoever knows it may read the job.
package struct JobID: Hashable, Sendable, CustomStringConvertible {
  /// 40 digits, each `0-9` or `a-f`.
  package let description: String

  /// How many hexadecimal digits an id has.
  package static let digitCount = 40

  /// Draws a new id from the system's random source.
  package static func random() -> JobID {
    var generator = SystemRandomNumberGenerator()
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(digitCount)
    while text.count < digitCount {
      var word = generator.next()
      for _ in 0..<min(16, digitCount - text.count) {
        text.append(digits[Int(word & 0xf)])
        word >>= 4
      }
    }
    return JobID(unchecked: String(decoding: text, as: UTF8.self))
  }

  /// Accepts exactly what `random()` produces; anything else is nil.
  package init?(_ text: some StringProtocol) {
    let isDigit = { (byte: UInt8) in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
    guard text.utf8.count == Self.digitCount, text.utf8.allSatisfy(isDigit) else { return nil }
    self.description = String(text)
  }

  private init(unchecked text: String) {
    self.description = text
  }
}
