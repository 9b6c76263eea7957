internal import TextFormats

/// What an `Authorization` field or a cookie says of who asks.
package enum Credential: Sendable {
  case token(AccessToken)
  /// The cookie of a session.
  case session(SessionSecret)
  /// There is one, and it is none that this service takes: another scheme, no token in it.
  case unusable(reason: String)

  /// The credential of an `Authorization` field (RFC 9110, section 11.6.2): `Bearer TOKEN` (RFC
  /// 6750), or `Basic` (RFC 7617) with the token as password and any user name.
  package init(authorization field: String) {
    let bytes = field.utf8.drop { $0 == UInt8(ascii: " ") }
    let scheme = bytes.prefix { $0 != UInt8(ascii: " ") }
    let rest = Substring(bytes[scheme.endIndex...].drop { $0 == UInt8(ascii: " ") })
    switch scheme.count {
    case 6 where Self.matches(scheme, "bearer"): self.init(token: String(rest))
    case 5 where Self.matches(scheme, "basic"):
      guard let bytes = Base64.decode(String(rest)),
        let text = String(validating: bytes, as: UTF8.self),
        let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
      else {
        self = .unusable(reason: "Basic credentials are base64 of NAME:TOKEN.")
        return
      }
      self.init(token: String(text[text.utf8.index(after: colon)...]))
    default:
      self = .unusable(reason: "Authorization takes Bearer and Basic.")
    }
  }

  /// Whether `scheme` is this name in lower case, whatever its case (RFC 9110, section 11.1).
  private static func matches(_ scheme: Substring.UTF8View, _ name: StaticString) -> Bool {
    // SAFETY: the text of a literal lasts as long as the program.
    let letters = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    return unsafe scheme.elementsEqual(letters) { $0 | 0x20 == $1 }
  }

  /// The credential of a token's text.
  package init(token text: String) {
    guard let token = AccessToken(text) else {
      self = .unusable(
        reason: "That is no token: one has \(AccessToken.byteCount) letters and begins with "
          + "\(AccessToken.prefix). Was it cut?")
      return
    }
    self = .token(token)
  }
}
