import RunnerAccess
import RunnerCore
import TextFormats

/// One HTTP response (RFC 9110, section 3.4), independent of libmicrohttpd.
struct Response: Sendable {
  /// Content of the response, and how it is sent.
  enum Body: Sendable {
    case bytes([UInt8])
    /// Read while it is sent. Without a count it is sent in chunks (RFC 9112, section 7.1), and to
    /// a client of HTTP/1.0 until the connection closes, so that the text is made once.
    case source(any BodySource, byteCount: Int?)
    /// Sent as it is produced: so many bytes, or as many as there will be.
    case streamed(Follower, byteCount: Int?)
    /// Sent by the kernel from a file; the connection closes behind it.
    case transferred(FileTransfer, Follower, byteCount: Int)
    /// HEAD of a streamed body: no body, and no Content-Length.
    case omitted
  }

  let status: HTTPStatus
  private(set) var body: Body
  /// Header fields beside the common ones.
  var fields: [(name: String, value: String)] = []
  var contentType = "application/json"
  var caching = CachePolicy.noStore
  /// What is wrong, where the body is the one shape of errors.
  private(set) var problem: Problem?
  /// Seconds after which the request may succeed, of a temporary status: `Retry-After`.
  private(set) var retryAfterSeconds = HTTPSettings.retryAfterDefault
  /// Why a request was refused, in a word for the audit log; nil where the status says it all.
  private(set) var reason: String?
  /// Who turned out to make the request, where a handler found out.
  private(set) var caller: Caller?
  /// How long the answer is held back that refuses a credential which a handler looked at; nil for
  /// any other answer. Its caller is not known.
  private(set) var heldBack: Duration?
  /// Whether the connection closes after this response, without reading a further request.
  var closes = false

  init(_ status: HTTPStatus, _ body: Body) {
    self.status = status
    self.body = body
  }

  /// What is wrong, for an error's body.
  struct Problem: Hashable, Sendable {
    let error: String?
    let field: String?
    /// The quota that is reached, by its name.
    var quota: String?
  }

  /// The one shape of errors: `message`, `error`, `field` where one is at fault, and `quota` where
  /// one is reached.
  static func problem(
    _ status: HTTPStatus, _ error: String?, field: String? = nil, quota: String? = nil
  ) -> Response {
    let problem = Problem(error: error, field: field, quota: quota)
    var writer = JSONWriter()
    writer.beginObject()
    write(status, problem, to: &writer)
    writer.endObject()
    var response = Response(status, .bytes(writer.bytes))
    response.problem = problem
    return response
  }

  private static func write(
    _ status: HTTPStatus, _ problem: Problem, to writer: inout JSONWriter
  ) {
    writer.key("message")
    writer.string(status.phrase)
    if let error = problem.error {
      writer.key("error")
      writer.string(error)
    }
    if let field = problem.field {
      writer.key("field")
      writer.string(field)
    }
    if let quota = problem.quota {
      writer.key("quota")
      writer.string(quota)
    }
  }

  /// The same error as `application/problem+json` (RFC 9457), the members of the one shape kept;
  /// any other response as it is.
  ///
  /// The type is `about:blank`: the status says what kind of problem it is (section 4.2.1).
  func asProblemDetails() -> Response {
    guard let problem else { return self }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("type")
    writer.string("about:blank")
    writer.key("title")
    writer.string(status.phrase)
    writer.key("status")
    writer.number(Int(status.rawValue))
    if let error = problem.error {
      writer.key("detail")
      writer.string(error)
    }
    Self.write(status, problem, to: &writer)
    writer.endObject()
    var copy = self
    copy.body = .bytes(writer.bytes)
    copy.contentType = ProblemPreference.mediaType
    return copy
  }

  /// A range of which nothing is there.
  static func unsatisfiable(_ count: Int) -> Response {
    problem(.rangeNotSatisfiable, "The stream has \(count) bytes now.")
      .with("Content-Range", "bytes */\(count)")
  }

  /// All header fields but Content-Length, Transfer-Encoding and Connection.
  var allFields: [(name: String, value: String)] {
    var all: [(name: String, value: String)] = []
    all.reserveCapacity(4 + fields.count)
    switch status {
    case .noContent, .seeOther, .notModified: break
    default: all.append(("Content-Type", contentType))
    }
    // Bodies are what they say, and never anything else.
    all.append(("X-Content-Type-Options", "nosniff"))
    all.append(("Cache-Control", caching.text))
    if status.isTemporary { all.append(("Retry-After", "\(max(1, retryAfterSeconds))")) }
    all.append(contentsOf: fields)
    return all
  }

  /// A copy that closes the connection.
  func closing() -> Response {
    var copy = self
    copy.closes = true
    return copy
  }

  /// A copy with the reason of a refusal, for the audit log.
  func because(_ reason: String) -> Response {
    var copy = self
    copy.reason = reason
    return copy
  }

  /// A copy that says who made the request, for the audit log.
  func on(behalfOf caller: Caller) -> Response {
    var copy = self
    copy.caller = caller
    return copy
  }

  /// A copy that refuses the credential of the request, to be sent after a time.
  func refusingCredential(heldBack delay: Duration) -> Response {
    var copy = self
    copy.heldBack = delay
    return copy
  }

  func with(_ name: String, _ value: String) -> Response {
    var copy = self
    copy.fields.append((name, value))
    return copy
  }

  /// A copy that says when the request may succeed; its status is a temporary one.
  ///
  /// - Parameter seconds: from now, at least 1.
  func retrying(after seconds: Int) -> Response {
    var copy = self
    copy.retryAfterSeconds = seconds
    return copy
  }

  /// The same response, with a follower that reads its source.
  ///
  /// - Parameters:
  ///   - mayTransfer: whether the bytes of a file may go to the socket as they are.
  ///   - onBytes: called with the number of bytes of each piece of a source without a count, when
  ///     it is made.
  func opened(
    _ followers: FollowerRegistry, mayTransfer: Bool, onBytes: @escaping @Sendable (Int) -> Void
  ) -> Response {
    guard case .source(let source, let byteCount) = body else { return self }
    if mayTransfer, let answer = transferred(source, followers) { return answer }
    let follower = Follower(followers, heartbeatInterval: nil)
    let opened = source.opened { [weak follower] in follower?.notify() }
    follower.begin(byteCount == nil ? PacedSource(opened, onBytes: onBytes) : opened)
    var copy = self
    copy.body = .streamed(follower, byteCount: byteCount)
    return copy
  }

  /// - Returns: nil where it is read instead.
  private func transferred(
    _ source: any BodySource, _ followers: FollowerRegistry
  ) -> Response? {
    guard let (file, range) = source.storedRange, range.count >= FileTransfer.bytesMin,
      let slot = followers.transferLimiter.acquire()
    else { return nil }
    let follower = Follower(followers, heartbeatInterval: nil)
    let transfer = FileTransfer(
      file, range, slot, onBytes: { [weak follower] in follower?.passed($0) },
      wake: { [weak follower] in follower?.notify() })
    follower.begin(transfer)
    var copy = closing()
    copy.body = .transferred(transfer, follower, byteCount: range.count)
    return copy
  }

  func of(_ contentType: String) -> Response {
    var copy = self
    copy.contentType = contentType
    return copy
  }

  /// Whether it is sent for as long as its job runs and its client takes it.
  var isLive: Bool {
    if case .streamed(_, byteCount: nil) = body { true } else { false }
  }

  /// Length of the body in bytes; 0 where it is not known beforehand.
  var byteCount: Int {
    switch body {
    case .bytes(let bytes): bytes.count
    case .source(_, let byteCount): byteCount ?? 0
    case .streamed(_, let byteCount): byteCount ?? 0
    case .transferred(_, _, let byteCount): byteCount
    case .omitted: 0
    }
  }

  /// The serialized message with the id of its request; with one of its own where the head was not
  /// read so far.
  func message(of id: RequestID) -> [UInt8] { with("X-Request-Id", id.text).message() }

  /// The serialized message, for a connection on which libmicrohttpd cannot queue a response any
  /// more. It always closes the connection; the body must be small.
  func message() -> [UInt8] {
    var text = "HTTP/1.1 \(status.rawValue) \(status.phrase)\r\n"
    for (name, value) in allFields { text += "\(name): \(value)\r\n" }
    text += "Connection: close\r\nContent-Length: \(byteCount)\r\n\r\n"
    switch body {
    case .bytes(let bytes):
      return Array(text.utf8) + bytes
    case .source, .streamed, .transferred, .omitted:
      return Array(text.utf8)
    }
  }
}
