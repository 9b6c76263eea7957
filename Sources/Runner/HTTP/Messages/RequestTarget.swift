/// The target of a request, in origin-form or absolute-form (RFC 9112, section 3.2), split at its
/// `?`.
struct RequestTarget: Hashable, Sendable {
  /// Why a target leads nowhere.
  enum ParseError: Error, Hashable, Sendable {
    /// Longer than is read.
    case tooLong
    /// The target contains a byte that none may contain.
    case malformed
    /// It is in absolute-form and names no host, or a user beside it.
    case authority
  }

  /// Host and port of a target in absolute-form; nil in every other form.
  let authority: String?
  /// Up to the `?`, as it was written, and without scheme and authority.
  let path: [UInt8]
  /// The query (RFC 3986, section 3.4), undecoded; empty where there is none.
  let query: String

  /// - Parameters:
  ///   - target: as it stood in the request line, query and all.
  ///   - bytesMax: how long it may be.
  /// - Throws: `ParseError`.
  init(_ target: Span<UInt8>, bytesMax: Int) throws(ParseError) {
    guard target.count <= bytesMax else { throw .tooLong }
    var path: [UInt8] = []
    var query: [UInt8] = []
    var isInPath = true
    for index in target.indices {
      let byte = target[index]
      guard byte > 0x20, byte < 0x7f else { throw .malformed }
      if byte == UInt8(ascii: "#") { break }
      if isInPath {
        if byte == UInt8(ascii: "?") { isInPath = false } else { path.append(byte) }
      } else {
        query.append(byte)
      }
    }
    self.authority = try Self.parseAuthority(&path)
    self.path = path
    self.query = String(decoding: query, as: UTF8.self)
  }

  /// Removes scheme and authority from `path`, which is in absolute-form if it has a scheme that is
  /// served here. An empty path is `/` (RFC 9110, section 4.2.3).
  private static func parseAuthority(_ path: inout [UInt8]) throws(ParseError) -> String? {
    guard path.first != UInt8(ascii: "/") else { return nil }
    for scheme in ["http://", "https://"] {
      let start = path.prefix(scheme.utf8.count)
      guard start.map(lowercased) == Array(scheme.utf8) else { continue }
      let rest = path[start.endIndex...]
      let authority = rest.prefix { $0 != UInt8(ascii: "/") }
      guard !authority.isEmpty, !authority.contains(UInt8(ascii: "@")) else { throw .authority }
      let text = String(decoding: authority, as: UTF8.self)
      path = Array(path[authority.endIndex...])
      if path.isEmpty { path = [UInt8(ascii: "/")] }
      return text
    }
    return nil
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
