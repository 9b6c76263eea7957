/// The target of a request, split at its `?`.
struct RequestTarget: Hashable, Sendable {
  let route: Route
  /// What stands behind the `?`, as it was written; empty where there is none.
  let query: String

  /// - Parameter target: as it stood in the request line, query and all.
  init(_ target: Span<UInt8>, bytesMax: Int) {
    guard target.count <= bytesMax else {
      self.init(.tooLong)
      return
    }
    var path: [UInt8] = []
    var query: [UInt8] = []
    var isInPath = true
    for index in target.indices {
      let byte = target[index]
      guard byte > 0x20, byte < 0x7f else {
        self.init(.malformed)
        return
      }
      if byte == UInt8(ascii: "#") { break }
      if isInPath {
        if byte == UInt8(ascii: "?") { isInPath = false } else { path.append(byte) }
      } else {
        query.append(byte)
      }
    }
    self.init(Route(path: path), query: String(decoding: query, as: UTF8.self))
  }

  private init(_ route: Route, query: String = "") {
    self.route = route
    self.query = query
  }
}
