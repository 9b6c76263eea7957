/// Origin (RFC 6454) and redacted form of a callback URL. Deliveries to one origin share its
/// limits; which addresses may be reached is decided elsewhere.
package enum CallbackURL {
  /// The origin in canonical form, `http://host:port`. Never holds a password or a query.
  package static func origin(of url: String) -> String {
    let (scheme, authority, _) = parts(of: url)
    let host = authority.lowercased()
    // The colons of an IPv6 address stand in brackets.
    let behind = host.contains("]") ? host.drop { $0 != "]" } : host[...]
    let hasPort = behind.contains(":")
    return "\(scheme)://\(host)" + (hasPort ? "" : scheme == "https" ? ":443" : ":80")
  }

  /// The URL for logs and reports: without user name, password, query and fragment.
  package static func redacted(_ url: String) -> String {
    let (scheme, authority, path) = parts(of: url)
    return "\(scheme)://\(authority)\(path)"
  }

  /// By bytes, as libcurl reads a URL: a `?` or `@` before a combining mark separates as well.
  private static func parts(of url: String) -> (scheme: String, authority: String, path: String) {
    let pieces = url.utf8.split(
      separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    let scheme = String(Substring(pieces[0])).lowercased()
    let rest = (pieces.count > 1 ? pieces[1] : Substring().utf8).drop { $0 == UInt8(ascii: "/") }
    let authority = rest.prefix { !"/?#".utf8.contains($0) }
    let path = rest[authority.endIndex...].prefix { !"?#".utf8.contains($0) }
    let host = authority.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last
    return (scheme, host.map { String(Substring($0)) } ?? "", String(Substring(path)))
  }
}
