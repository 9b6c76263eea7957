import RunnerCore

/// One response, before it is anything of libmicrohttpd's.
struct Answer: Sendable {
  enum Body: Sendable {
    case bytes([UInt8])
    /// Read in pieces while it is sent; the count was made beforehand.
    case pieces(any PieceSource, byteCount: Int)
    /// Sent as it comes; nobody knows how much that will be.
    case followed(Follower)
    /// The same to HEAD: none, and no word about its length.
    case unsaid
  }

  let status: HTTPStatus
  let body: Body
  /// Fields that this answer has beside those that all have.
  var fields: [(name: String, value: String)] = []
  var contentType = "application/json"
  /// The connection ends with this answer: nothing behind the request is read.
  var closes = false

  init(_ status: HTTPStatus, _ body: Body) {
    self.status = status
    self.body = body
  }

  /// Fields of every answer: bodies are what they say, never anything else, and never kept by a
  /// cache.
  static let commonFields: KeyValuePairs<String, String> = [
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  ]

  /// The one shape of errors: `message`, `error`, and `field` where one is at fault.
  static func problem(_ status: HTTPStatus, _ error: String?, field: String? = nil) -> Answer {
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
    return Answer(status, .bytes(writer.bytes))
  }

  /// A range of which nothing is there.
  static func unsatisfiable(_ count: Int) -> Answer {
    problem(.rangeNotSatisfiable, "The stream has \(count) bytes now.")
      .with("Content-Range", "bytes */\(count)")
  }

  /// All fields but those that say how long it is and whether more can follow.
  var allFields: [(name: String, value: String)] {
    let type = status == .noContent ? [] : [(name: "Content-Type", value: contentType)]
    return type + Self.commonFields.map { (name: $0.key, value: $0.value) } + fields
  }

  /// The same answer, and the end of the connection.
  func closing() -> Answer {
    var copy = self
    copy.closes = true
    return copy
  }

  func with(_ name: String, _ value: String) -> Answer {
    var copy = self
    copy.fields.append((name, value))
    return copy
  }

  func of(_ contentType: String) -> Answer {
    var copy = self
    copy.contentType = contentType
    return copy
  }

  var byteCount: Int {
    switch body {
    case .bytes(let bytes): bytes.count
    case .pieces(_, let byteCount): byteCount
    case .followed, .unsaid: 0
    }
  }

  /// The whole message, for a connection that libmicrohttpd cannot answer on any more. It always
  /// closes, and is only made of answers whose body is small.
  func message() -> [UInt8] {
    var text = "HTTP/1.1 \(status.rawValue) \(status.phrase)\r\n"
    for (name, value) in allFields { text += "\(name): \(value)\r\n" }
    text += "Connection: close\r\nContent-Length: \(byteCount)\r\n\r\n"
    switch body {
    case .bytes(let bytes):
      return Array(text.utf8) + bytes
    case .pieces(var source, _):
      var message = Array(text.utf8)
      while let piece = source.next() { message += piece }
      return message
    case .followed, .unsaid:
      return Array(text.utf8)
    }
  }
}
