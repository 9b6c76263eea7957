/// Where a callback goes, as far as its URL says: scheme, host and port. Callbacks to the same one
/// share its bounds; what is connected to, and whether that may be, is judged elsewhere.
package enum CallbackURL {
  /// `http://host:port` in one spelling. Never holds a password or a query.
  package static func origin(of url: String) -> String {
    let (scheme, authority, _) = parts(of: url)
    let host = authority.lowercased()
    // The colons of an IPv6 address stand in brackets.
    let behind = host.contains("]") ? host.drop { $0 != "]" } : host[...]
    let hasPort = behind.contains(":")
    return "\(scheme)://\(host)" + (hasPort ? "" : scheme == "https" ? ":443" : ":80")
  }

  /// The URL as others may see it: without user name, password, query and fragment.
  package static func redacted(_ url: String) -> String {
    let (scheme, authority, path) = parts(of: url)
    return "\(scheme)://\(authority)\(path)"
  }

  private static func parts(of url: String) -> (scheme: String, authority: String, path: String) {
    let pieces = url.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let scheme = pieces[0].lowercased()
    let rest = (pieces.count > 1 ? pieces[1] : "").drop { $0 == "/" }
    let authority = rest.prefix { !"/?#".contains($0) }
    let path = rest[authority.endIndex...].prefix { !"?#".contains($0) }
    let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    return (scheme, String(host), String(path))
  }
}
