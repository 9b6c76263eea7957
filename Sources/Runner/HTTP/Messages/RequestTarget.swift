/// The target of a request, split at its `?` (RFC 9112, section 3.2).
struct RequestTarget: Hashable, Sendable {
  /// Why a target leads nowhere.
  enum Fault: Error, Hashable, Sendable {
    /// Longer than is read.
    case tooLong
    /// The target contains a byte that none may contain.
    case malformed
  }

  /// Up to the `?`, as it was written.
  let path: [UInt8]
  /// The query (RFC 3986, section 3.4), undecoded; empty where there is none.
  let query: String

  /// - Parameters:
  ///   - target: as it stood in the request line, query and all.
  ///   - bytesMax: how long it may be.
  /// - Throws: `Fault`.
  init(_ target: Span<UInt8>, bytesMax: Int) throws(Fault) {
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
    self.path = path
    self.query = String(decoding: query, as: UTF8.self)
  }
}
