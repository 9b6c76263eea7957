import RunnerCore

/// One HTTP response (RFC 9110, section 3.4), independent of libmicrohttpd.
struct Response: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    /// Read in chunks while it is sent; its length is known beforehand.
    case source(any BodySource, byteCount: Int)
    /// Sent as it comes: so many bytes, or as many as there will be.
    case streamed(Follower, byteCount: Int?)
    /// HEAD of a streamed body: no body, and no Content-Length.
    case omitted
  }

  let status: HTTPStatus
  let body: Body
  /// Header fields beside the common ones.
  var fields: [(name: String, value: String)] = []
  var contentType = "application/json"
  /// Whether the connection closes after this response, without reading a further request.
  var closes = false

  init(_ status: HTTPStatus, _ body: Body) {
    self.status = status
    self.body = body
  }

  /// Header fields of every response: no content sniffing, no caching.
  static let commonFields: KeyValuePairs<String, String> = [
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  ]

  /// The one shape of errors: `message`, `error`, and `field` where one is at fault.
  static func problem(_ status: HTTPStatus, _ error: String?, field: String? = nil) -> Response {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("message")
    writer.string(status.phrase)
    if let error {
      writer.key("error")
      writer.string(error)
    }
    if let field {
      writer.key("field")
      writer.string(field)
    }
    writer.endObject()
    return Response(status, .bytes(writer.bytes))
  }

  /// A range of which nothing is there.
  static func unsatisfiable(_ count: Int) -> Response {
    problem(.rangeNotSatisfiable, "The stream has \(count) bytes now.")
      .with("Content-Range", "bytes */\(count)")
  }

  /// All header fields but Content-Length, Transfer-Encoding and Connection.
  var allFields: [(name: String, value: String)] {
    let type = status == .noContent ? [] : [(name: "Content-Type", value: contentType)]
    return type + Self.commonFields.map { (name: $0.key, value: $0.value) } + fields
  }

  /// The same response, closing the connection.
  func closing() -> Response {
    var copy = self
    copy.closes = true
    return copy
  }

  func with(_ name: String, _ value: String) -> Response {
    var copy = self
    copy.fields.append((name, value))
    return copy
  }

  /// The same answer, its pieces with a follower that reads them.
  func opened(_ followers: FollowerRegistry) -> Response {
    guard case .source(let source, let byteCount) = body else { return self }
    let follower = Follower(followers, heartbeatInterval: nil)
    follower.begin(source.opened { [weak follower] in follower?.notify() })
    var copy = Response(status, .streamed(follower, byteCount: byteCount))
    (copy.fields, copy.contentType, copy.closes) = (fields, contentType, closes)
    return copy
  }

  func of(_ contentType: String) -> Response {
    var copy = self
    copy.contentType = contentType
    return copy
  }

  var byteCount: Int {
    switch body {
    case .bytes(let bytes): bytes.count
    case .source(_, let byteCount): byteCount
    case .streamed(_, let byteCount): byteCount ?? 0
    case .omitted: 0
    }
  }

  /// The serialized message, for a connection on which libmicrohttpd cannot queue a response any
  /// more. It always closes the connection; the body must be small.
  func message() -> [UInt8] {
    var text = "HTTP/1.1 \(status.rawValue) \(status.phrase)\r\n"
    for (name, value) in allFields { text += "\(name): \(value)\r\n" }
    text += "Connection: close\r\nContent-Length: \(byteCount)\r\n\r\n"
    switch body {
    case .bytes(let bytes):
      return Array(text.utf8) + bytes
    case .pieces, .streamed, .omitted:
      return Array(text.utf8)
    }
  }
}
