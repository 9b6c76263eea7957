import RunnerCore
import Testing

@testable import RunnerHTTP

/// What one side of a proxy could read otherwise than the other. Each vector carries a follower:
/// a request that must not be served when the one before it was refused.
///
/// Whether the library refuses a vector or the guard does, it is 400 and the connection is closed.
/// The guard answers in JSON; libmicrohttpd 1.0 and later come before it and answer in HTML.
struct ParserVectorsTests {
  private static let follower = "GET /follower HTTP/1.1\r\nHost: localhost\r\n\r\n"
  private static let chunked =
    "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
  private static let json = #"{"command":"/bin/program"}"#

  private static func everything(_ request: String) async throws -> String {
    try await TestServer.run { server in
      let client = try server.client()
      client.send(request)
      return try client.everything()
    }
  }

  /// What only the follower is answered with.
  private static let followerAnswer = "Nothing is here."

  /// Whether this is a refusal, by whichever of the two comes first with this library, and nothing
  /// of the follower.
  private static func isRefusal(_ text: String, _ error: String = "") -> Bool {
    guard text.hasPrefix("HTTP/1.1 400 "), !text.contains(followerAnswer) else { return false }
    guard text.contains("\r\nConnection: close\r\n") else { return false }
    let isGuards = text.contains(#"{"message":"Bad Request","error":""#) && text.contains(error)
    return isGuards || (Daemon.isLibraryStrict && text.contains("<html>"))
  }

  @Test(arguments: [
    ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n", "exclude each other"),
    ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n", "exclude each other"),
    ("Content-Length: 0\r\nContent-Length: 5\r\n", "hello", "more than one Content-Length"),
    ("Content-Length: 5\r\nContent-Length: 5\r\n", "hello", "more than one Content-Length"),
    ("Content-Length: 0000000000000000005\r\n", "hello", "at most 18 digits"),
    ("Transfer-Encoding: xchunked\r\n", "", "only Transfer-Encoding"),
    ("Transfer-Encoding: gzip, chunked\r\n", "", "only Transfer-Encoding"),
    ("Transfer-Encoding: chunked, chunked\r\n", "", "only Transfer-Encoding"),
    ("Transfer-Encoding: identity\r\n", "", "only Transfer-Encoding"),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "", "only Transfer-Encoding"),
    // White space behind a value is no part of it (RFC 9110, 5.5). 0.9.75 takes it for one.
    (
      "Transfer-Encoding: chunked \r\n", "0\r\n\r\n",
      Daemon.isLibraryStrict ? "The body is empty." : "only Transfer-Encoding"
    ),
    ("Transfer-Encoding : chunked\r\n", "0\r\n\r\n", "name holds a byte"),
    ("Content-Length : 5\r\n", "hello", "name holds a byte"),
    ("X(y): z\r\n", "", "name holds a byte"),
    ("X\u{fc}: z\r\n", "", "name holds a byte"),
    ("X: a\rb\r\n", "", "control character"),
    ("X: a\u{1}\r\n", "", "control character"),
    ("Host: localhost\r\n", "", "more than one Host"),
  ])
  func `an uncertain request is 400, and nothing behind it is served`(
    fields: String, body: String, error: String
  ) async throws {
    let text = try await Self.everything(
      "POST / HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\(body)\(Self.follower)")
    #expect(Self.isRefusal(text, error), "\(text)")
  }

  @Test(arguments: [
    "POST / HTTP/1.1\r\nX: y\r\n\r\n", "POST / HTTP/1.1\r\nHost:\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: \r\n\r\n", "GET / HTTP/1.2\r\nHost: localhost\r\n\r\n",
    "GET / HTTP/1.9\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /\u{fc} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ])
  func `a malformed head is 400`(request: String) async throws {
    let text = try await Self.everything(request + Self.follower)
    #expect(Self.isRefusal(text), "\(text)")
  }

  @Test(arguments: [
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("GET / HTTP/0.9\r\n\r\n", 505),
    ("GET / http/1.1\r\nHost: a\r\n\r\n", 400), ("GET /\r\n\r\n", 400),
    ("\(chunked)fffffffffffffffff\r\n", 413), ("\(chunked)x\r\n", 400),
    ("\(chunked)1\r\nab\r\n", 400),
  ])
  func `what the library itself refuses ends the connection`(
    request: String, status: Int
  ) async throws {
    let text = try await Self.everything(request + Self.follower)
    #expect(text.hasPrefix("HTTP/1.1 \(status) "))
    #expect(!text.contains(Self.followerAnswer))
    #expect(text.components(of: "HTTP/1.1 ") == 1, "0.9.75 sends some heads twice: \(text)")
    let isToldByUs = request.contains("Content-Length") || request.hasPrefix(Self.chunked)
    if isToldByUs { #expect(text.contains(#"{"message":""#) && !text.contains("<html>")) }
  }

  // Proves P-193.
  @Test func `a chunk extension that is too long is the fault of its client`() async throws {
    let extensions = String(repeating: "a", count: 60_000)
    let text = try await Self.everything(
      "\(Self.chunked)17;\(extensions)\r\n\(Self.json)\r\n0\r\n\r\n")
    #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(text.prefix(300))")
    #expect(text.contains("longer than fits"))
  }

  @Test func `another request whose body is read keeps its answer`() async throws {
    var settings = HTTPSettings()
    settings.bodyTime = .seconds(600)
    let (waiting, refused) = try await TestServer.run(settings) { server in
      let waiting = try server.client()
      waiting.send(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(Self.json.utf8.count)\r\n\r\n{")
      // Its head is read once a request behind it on another connection is answered.
      _ = try server.get("/jobs")
      let client = try server.client()
      client.send("\(Self.chunked)x\r\n")
      let refused = try client.everything()
      waiting.send(String(Self.json.dropFirst()))
      return (try waiting.response().status, refused)
    }
    #expect(waiting == 202 && refused.hasPrefix("HTTP/1.1 400 "))
  }

  @Test(arguments: [
    "POST / HTTP/1.1\nHost: localhost\r\n\r\n", "POST / HTTP/1.1\r\nHost: localhost\n\r\n",
    "POST / HTTP/1.1\r\nHost: localhost\r\n\n", "POST / HTTP/1.1\nHost: localhost\n\n",
    "POST / HTTP/1.1\r\nHost: localhost\r\nX: a\n\r\n",
    // The folded line completes the name: the library reads a Content-Length.
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Lengt: 5\r\n h\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n\tb\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: localhost\r\nX: a\r\n\r\n ",
    "POST / HTTP/1.1\r\n Host: localhost\r\nHost: localhost\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: localhost\0.example\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: localhost\r\nX\0: a\r\n\r\n",
    "POST /\0x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    // The library ends the head at a line that begins with a colon.
    "POST / HTTP/1.1\r\nHost: localhost\r\n: x\r\nContent-Length: 5\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: localhost\r\n:\r\n\r\n", "POST / HTTP/1.1\r\n: x\r\n\r\n",
    "POST  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST /  HTTP/1.1\r\nHost: localhost\r\n\r\n",
  ])
  func `what the library hides in the head is refused all the same`(
    request: String
  ) async throws {
    let text = try await Self.everything(request + Self.follower)
    // A strict library closes without a word at a NUL in the target.
    let isClosed = Daemon.isLibraryStrict && text.isEmpty
    #expect(text.hasPrefix("HTTP/1.1 400 ") || isClosed, "\(text)")
    #expect(!text.contains(Self.followerAnswer))
  }

  @Test(arguments: [
    ("0\r\n\r\n", true), ("0\r\nX: a\r\n\r\n", true), ("0\r\n: x\r\n\r\n", false),
    ("0\n\n", false), ("1\n \n0\r\n\r\n", false), ("1;x=\n \r\n0\r\n\r\n", false),
  ])
  func `nothing is served behind a chunked body`(chunks: String, isSound: Bool) async throws {
    let text = try await Self.everything(
      """
      POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n\
      \(chunks)\(Self.follower)
      """)
    if Daemon.isLibraryStrict, !isSound {
      #expect(Self.isRefusal(text), "\(text)")
      return
    }
    #expect(text.hasPrefix("HTTP/1.1 404 "))
    #expect(text.contains("\r\nConnection: close\r\n"))
    #expect(text.components(of: Self.followerAnswer) == 1)
  }

  /// Inside of a chunked body libmicrohttpd 0.9.75 hides bare line feeds, so nothing can refuse
  /// them: SECURITY.md says so. 1.0 and later refuse them.
  @Test func `bare line feeds between chunks are only read by a lenient library`() async throws {
    let text = try await Self.everything("\(Self.chunked)1a\n\(Self.json)\n0\n\n")
    #expect(
      Daemon.isLibraryStrict ? Self.isRefusal(text) : text.hasPrefix("HTTP/1.1 202 "), "\(text)")
  }

  /// RFC 9112, 7.1.1: a recipient ignores extensions that it does not know. libmicrohttpd 1.0.1
  /// takes such a line for a byte shorter than it is, and refuses the request for the rest.
  @Test(arguments: [
    "1a;x\r\n\(json)\r\n0\r\n\r\n", "1a;x=y;z=\"a b\"\r\n\(json)\r\n0\r\n\r\n",
    "d;a\r\n\(json.prefix(13))\r\nd\r\n\(json.suffix(13))\r\n0;b\r\n\r\n",
  ])
  func `an extension of a chunk is ignored, or the request is refused`(
    chunks: String
  ) async throws {
    let text = try await Self.everything(Self.chunked + chunks)
    #expect(
      Daemon.isLibraryStrict ? Self.isRefusal(text) : text.hasPrefix("HTTP/1.1 202 "), "\(text)")
    // The twin: without extensions it is a job with either library.
    let plain = chunks.split(separator: "\r\n", omittingEmptySubsequences: false)
      .map { $0.first == "{" ? $0[...] : $0.prefix { $0 != ";" } }.joined(separator: "\r\n")
    #expect(try await Self.everything(Self.chunked + plain).hasPrefix("HTTP/1.1 202 "))
  }

  /// RFC 9112, 2.2.
  @Test func `one empty line before a request is ignored`() async throws {
    let text = try await Self.everything(
      "\r\nGET /follower HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    #expect(text.hasPrefix("HTTP/1.1 404 ") && text.contains(Self.followerAnswer), "\(text)")
  }

  @Test func `an unknown method reaches the routes`() async throws {
    let text = try await Self.everything(
      "FOO / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    #expect(text.hasPrefix("HTTP/1.1 405 "))
  }

  @Test func `HTTP 1 0 without a Host is served, and closed`() async throws {
    let text = try await Self.everything(
      "POST / HTTP/1.0\r\nContent-Length: 26\r\n\r\n\(Self.json)")
    #expect(text.hasPrefix("HTTP/1.1 202 ") || text.hasPrefix("HTTP/1.0 202 "))
  }

  @Test func `a follower of a request that was read in full is served`() async throws {
    let text = try await Self.everything(
      """
      POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello\
      GET /follower HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n
      """)
    #expect(text.components(of: Self.followerAnswer) == 2)
  }
}

extension String {
  /// How often `part` occurs.
  fileprivate func components(of part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let start = rest.firstRange(of: part) {
      count += 1
      rest = rest[start.upperBound...]
    }
    return count
  }
}
