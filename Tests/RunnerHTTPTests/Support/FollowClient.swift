/// A client that reads an answer while it comes. Blocks its thread.
final class FollowClient {
  let status: Int
  /// Names in lower case.
  let fields: [String: String]
  private let client: RawClient
  /// What came and is not decoded: from the start of a chunk's head on.
  private var raw: [UInt8]
  /// What is decoded and was not taken.
  private var body: [UInt8] = []
  /// Whether the last chunk came.
  private(set) var isWhole = false
  /// Bytes of the longest chunk so far.
  private(set) var longestChunk = 0

  /// Sends `GET target` and reads the head of its answer, which must be in chunks.
  init(
    _ server: TestServer, _ target: String, _ fields: String = "",
    receiveBufferBytes: Int32? = nil
  ) throws {
    client = try RawClient(port: server.port, receiveBufferBytes: receiveBufferBytes)
    client.send("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(fields)\r\n")
    var bytes: [UInt8] = []
    while true {
      if let (head, rest) = RawResponse.parse(bytes, toHead: true) {
        status = head.status
        self.fields = head.fields
        raw = rest
        break
      }
      guard let more = try client.more() else { throw RawClient.Failure.cut(after: bytes) }
      bytes += more
    }
    guard self.fields["transfer-encoding"] == "chunked" else {
      throw RawClient.Failure.cut(after: bytes)
    }
  }

  /// Exactly the next `count` bytes of the body.
  func read(_ count: Int) throws -> [UInt8] {
    while body.count < count {
      guard try more() else { throw RawClient.Failure.cut(after: body) }
    }
    defer { body.removeFirst(count) }
    return Array(body[..<count])
  }

  func text(_ count: Int) throws -> String { String(decoding: try read(count), as: UTF8.self) }

  /// All of the body that is not taken, up to its end or that of the connection.
  func rest() throws -> [UInt8] {
    while try more() {}
    defer { body = [] }
    return body
  }

  /// Whatever has come, at least one byte; nothing at the end.
  func available() throws -> [UInt8] {
    _ = try !body.isEmpty || more()
    defer { body = [] }
    return body
  }

  /// Returns when the server has ended the connection, without reading from it.
  func awaitHangup() throws { try client.awaitHangup() }

  /// The next event or comment.
  func event() throws -> SentEvent? {
    var start = 0
    while true {
      // A comment is a line, and no event of its own: no empty line ends it.
      if body.first == UInt8(ascii: ":"), let end = body.firstIndex(of: 0x0a) {
        defer { body.removeFirst(end + 1) }
        return SentEvent(body[..<end])
      }
      while let end = body[start...].firstIndex(of: 0x0a), end + 1 < body.count {
        start = end + 1
        guard body[start] == 0x0a else { continue }
        defer { body.removeFirst(start + 1) }
        return SentEvent(body[..<end])
      }
      guard try more() else { return nil }
    }
  }

  /// All events up to the end of the answer.
  func events() throws -> [SentEvent] {
    var events: [SentEvent] = []
    while let event = try event() { events.append(event) }
    return events
  }

  /// - Returns: false at the end.
  private func more() throws -> Bool {
    while !isWhole {
      let count = body.count
      while decodeChunk() {}
      if body.count > count { return true }
      guard !isWhole, let bytes = try client.more() else { return false }
      raw += bytes
    }
    return false
  }

  /// - Returns: whether there was a whole chunk.
  private func decodeChunk() -> Bool {
    guard let end = raw.firstIndex(of: 0x0a),
      let size = Int(String(decoding: raw[..<(end - 1)], as: UTF8.self), radix: 16),
      raw.count >= end + 1 + size + 2
    else { return false }
    longestChunk = max(longestChunk, size)
    body += raw[(end + 1)..<(end + 1 + size)]
    raw.removeFirst(end + 1 + size + 2)
    isWhole = size == 0
    return !isWhole
  }
}
