internal import DigestBase
internal import TextFormats

/// The SHA-256 digest (FIPS 180-4) of a token or of a session's secret: all that the service keeps
/// of it.
///
/// A plain hash is enough: both have 256 random bits, so that none can be guessed from its digest,
/// however fast digests are made.
package struct TokenDigest: Hashable, Sendable, CustomStringConvertible {
  /// Bytes of a digest.
  static let byteCount = 32

  /// The bytes in order, the first one lowest.
  private let words: InlineArray<4, UInt64>

  /// The digest of `token`.
  ///
  /// - Returns: nil when the library failed, as it does where SHA-256 is switched off.
  package init?(of token: AccessToken) {
    self.init(ofText: token.text)
  }

  /// - Returns: nil when the library failed.
  init?(ofText text: String) {
    guard let words = ContentDigest.sha256(of: text) else { return nil }
    self.words = words
  }

  /// The digest that is written so in a token file.
  ///
  /// - Parameter hexadecimal: 64 hexadecimal digits in lower case.
  /// - Returns: nil for any other text.
  package init?(hexadecimal: String) {
    guard let bytes = Hexadecimal.bytes(of: Array(hexadecimal.utf8)[...]),
      bytes.count == Self.byteCount
    else { return nil }
    words = InlineArray { word in
      (0..<8).reduce(0) { $0 | UInt64(bytes[8 * word + $1]) << (8 * $1) }
    }
  }

  /// 64 hexadecimal digits in lower case.
  package var hexadecimal: String {
    Hexadecimal.text(
      of: (0..<Self.byteCount).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> (8 * ($0 % 8))) })
  }

  /// The hexadecimal digits: a digest is no secret.
  package var description: String { hexadecimal }

  /// In a time that does not depend on where two digests differ.
  package static func == (one: TokenDigest, other: TokenDigest) -> Bool {
    one.words.indices.reduce(0) { $0 | (one.words[$1] ^ other.words[$1]) } == 0
  }

  /// By its first eight bytes, which are as random as all of them.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(words[0])
  }
}
