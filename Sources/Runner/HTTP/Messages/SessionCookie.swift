import RunnerAccess

/// The cookie of a browser's session (RFC 6265).
///
/// Where the browser speaks TLS its name has the prefix `__Host-` (RFC 6265bis, section 4.1.3.2):
/// such a cookie was set by this very host over TLS, and by no other name of the domain or machine
/// on the way.
enum SessionCookie {
  private static let plainName = "http-runner"
  private static let securePrefix = "__Host-"

  /// The secret that a request's `Cookie` field carries.
  ///
  /// - Parameter isEncrypted: whether the connection is; then only the name with the prefix counts.
  /// - Returns: nil where it carries none, one that no session has, or two of one name.
  static func secret(in field: String, isEncrypted: Bool) -> SessionSecret? {
    let secure = values(of: securePrefix + plainName, in: field)
    // Behind a TLS proxy the browser speaks TLS, and this connection does not.
    let found = secure.isEmpty && !isEncrypted ? values(of: plainName, in: field) : secure
    return found.count == 1 ? SessionSecret(found[0]) : nil
  }

  /// Whether a request carries a cookie that was set over TLS: behind a TLS proxy it says that the
  /// browser speaks TLS.
  static func isSecure(in field: String) -> Bool {
    !values(of: securePrefix + plainName, in: field).isEmpty
  }

  /// Value of the `Set-Cookie` field that hands a session to the browser.
  ///
  /// - Parameters:
  ///   - seconds: until the browser drops it.
  ///   - isSecure: whether the browser speaks TLS.
  static func field(setting secret: SessionSecret, for seconds: Int, isSecure: Bool) -> String {
    field(secret.text, seconds, isSecure)
  }

  /// Value of the `Set-Cookie` field by which the browser drops it.
  static func field(clearing isSecure: Bool) -> String { field("", 0, isSecure) }

  private static func field(_ value: String, _ seconds: Int, _ isSecure: Bool) -> String {
    let name = (isSecure ? securePrefix : "") + plainName
    return "\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict"
      + (isSecure ? "; Secure" : "")
  }

  /// The values of all cookies of this name (RFC 6265, section 4.2.1).
  private static func values(of name: String, in field: String) -> [String] {
    field.utf8.split(separator: UInt8(ascii: ";")).compactMap { pair in
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, trimmed(parts[0]).elementsEqual(name.utf8) else { return nil }
      return String(decoding: trimmed(parts[1]), as: UTF8.self)
    }
  }

  private static func trimmed(
    _ text: Substring.UTF8View.SubSequence
  ) -> Substring.UTF8View.SubSequence {
    let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var rest = text.drop(while: isSpace)
    while let last = rest.last, isSpace(last) { rest.removeLast() }
    return rest
  }
}
