internal import TextFormats

/// The secret of a browser's session, which its cookie carries: 256 random bits as 64 hexadecimal
/// digits.
package struct SessionSecret: Sendable, CustomStringConvertible {
  /// Random bytes of a secret.
  private static let byteCount = 32

  /// The digits, for the browser alone: they are the credential.
  package let text: String

  /// A new secret of the kernel's random source (getrandom(2)).
  package static func random() -> SessionSecret {
    var source = SystemRandomNumberGenerator()
    let bytes = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &source) }
    return SessionSecret(unchecked: Hexadecimal.text(of: bytes))
  }

  /// The secret that a cookie has as its value.
  ///
  /// - Returns: nil for any text that no secret has.
  package init?(_ text: String) {
    guard let bytes = Hexadecimal.bytes(of: Array(text.utf8)[...]), bytes.count == Self.byteCount
    else { return nil }
    self.text = text
  }

  private init(unchecked text: String) {
    self.text = text
  }

  /// A constant, so that no log holds a credential.
  package var description: String { "a session's secret" }

  /// What is kept of it; nil when the library failed.
  var digest: TokenDigest? { TokenDigest(ofText: text) }
}
