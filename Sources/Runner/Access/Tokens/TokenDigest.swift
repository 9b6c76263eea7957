internal import CGnuTLS
internal import TextFormats

/// The SHA-256 digest (FIPS 180-4) of a token or of a session's secret: all that the service keeps
/// of it.
///
/// A plain hash is enough: both have 256 random bits, so that none can be guessed from its digest,
/// however fast digests are made.
package struct TokenDigest: Hashable, Sendable, CustomStringConvertible {
  /// Bytes of a digest.
  static let byteCount = 32

  private let bytes: [UInt8]

  /// The digest of `token`.
  ///
  /// - Returns: nil when the library failed, as it does where SHA-256 is switched off.
  package init?(of token: AccessToken) {
    self.init(ofText: token.text)
  }

  /// - Returns: nil when the library failed.
  init?(ofText text: String) {
    let input = Array(text.utf8)
    var output = [UInt8](repeating: 0, count: Self.byteCount)
    let result = unsafe input.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        // SAFETY: the library reads `input.count` bytes and writes 32 (gnutls_hash_get_len(3)), the
        // size of `output`; both outlive the call.
        unsafe gnutls_hash_fast(
          GNUTLS_DIG_SHA256, input.baseAddress, input.count, output.baseAddress)
      }
    }
    guard result == 0 else { return nil }
    bytes = output
  }

  /// The digest that is written so in a token file.
  ///
  /// - Parameter hexadecimal: 64 hexadecimal digits in lower case.
  /// - Returns: nil for any other text.
  package init?(hexadecimal: String) {
    guard let bytes = Hexadecimal.bytes(of: Array(hexadecimal.utf8)[...]),
      bytes.count == Self.byteCount
    else { return nil }
    self.bytes = bytes
  }

  /// 64 hexadecimal digits in lower case.
  package var hexadecimal: String { Hexadecimal.text(of: bytes) }

  /// The hexadecimal digits: a digest is no secret.
  package var description: String { hexadecimal }

  /// In a time that does not depend on where two digests differ.
  package static func == (one: TokenDigest, other: TokenDigest) -> Bool {
    zip(one.bytes, other.bytes).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// By its first eight bytes, which are as random as all of them.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
  }
}
