/// A bearer token (RFC 6750) as its owner has it: `hrun_`, 43 random letters and a checksum of 6.
///
/// The letters are those of base 62, so that a double click selects the whole. The prefix and the
/// checksum (CRC-32 of all before it) let secret scanners tell a token from a chance match without
/// asking the service.
package struct AccessToken: Sendable, CustomStringConvertible {
  /// Text that every token begins with.
  package static let prefix = "hrun_"
  /// Random letters: 43 of 62 are 256.03 bits.
  static let randomLetterCount = 43
  /// Letters of the checksum: 6 of 62 hold 32 bits.
  static let checksumLetterCount = 6
  /// Bytes of every token.
  package static let byteCount = prefix.utf8.count + randomLetterCount + checksumLetterCount

  private static let letters = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

  /// Whether a byte is one of the letters, for each byte.
  private static let isLetter: [Bool] = (UInt8.min...UInt8.max).map(letters.contains)

  /// The whole text, for its owner alone: it is the credential.
  package let text: String

  /// A new token.
  ///
  /// - Parameter source: where its letters come from; the system's source is getrandom(2).
  package init(from source: inout some RandomNumberGenerator) {
    let random = (0..<Self.randomLetterCount).map { _ in
      // Uniform: the standard library rejects what would favour some letters.
      Self.letters[Int.random(in: 0..<Self.letters.count, using: &source)]
    }
    let body = Array(Self.prefix.utf8) + random
    text = String(decoding: body + Self.checksum(of: body), as: UTF8.self)
  }

  /// A new token of the kernel's random source.
  package static func random() -> AccessToken {
    var source = SystemRandomNumberGenerator()
    return AccessToken(from: &source)
  }

  /// The token that `text` is.
  ///
  /// - Returns: nil for any text that no token has: another prefix or length, other letters, a
  ///   checksum that does not fit.
  package init?(_ text: String) {
    let bytes = text.utf8
    guard bytes.count == Self.byteCount, bytes.starts(with: Self.prefix.utf8) else { return nil }
    let body = bytes.dropLast(Self.checksumLetterCount)
    guard body.dropFirst(Self.prefix.utf8.count).allSatisfy({ Self.isLetter[Int($0)] }),
      Self.checksum(of: body).elementsEqual(bytes.suffix(Self.checksumLetterCount))
    else { return nil }
    self.text = text
  }

  /// A constant, so that no log holds a credential.
  package var description: String { "a token" }

  private static func checksum(of body: some Sequence<UInt8>) -> [UInt8] {
    var rest = CyclicChecksum.checksum(of: body)
    var checksum: [UInt8] = []
    for _ in 0..<checksumLetterCount {
      checksum.append(letters[Int(rest % UInt32(letters.count))])
      rest /= UInt32(letters.count)
    }
    return checksum.reversed()
  }
}
