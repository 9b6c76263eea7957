import TestSupport
import Testing

@testable import RunnerHTTP

/// docs/proxies.md says what the library answers by itself, and no more than that.
struct LibraryRefusalTests {
  private static let head = " HTTP/1.1\r\nHost: localhost\r\n"
  private static let chunked = "POST /\(head)Transfer-Encoding: chunked\r\n\r\n"
  private static let much = String(repeating: "a", count: 60_000)

  /// Requests as the page names them, and their answers.
  private static let rows = [
    (
      "a `Content-Length` that is no number", "POST /\(head)Content-Length: x\r\n\r\n",
      "400 problem"
    ),
    (
      "a `Content-Length` of 20 digits",
      "POST /\(head)Content-Length: 99999999999999999999\r\n\r\n", "413 problem"
    ),
    (
      "a chunk whose size is no number, no other body being read", "\(chunked)x\r\n", "400 problem"
    ),
    (
      "a chunk whose size has 17 digits, no other body being read",
      "\(chunked)fffffffffffffffff\r\n", "413 problem"
    ),
    (
      "a chunk whose size line is longer than fits, no other body being read",
      "\(chunked)1;\(much)\r\n", "400 problem"
    ),
    ("a header line without a colon", "GET /jobs\(head)no colon\r\n\r\n", "400 page"),
    ("another version of HTTP", "GET /jobs HTTP/2.0\r\nHost: localhost\r\n\r\n", "505 page"),
    ("a version that is none", "GET /jobs http/1.1\r\nHost: localhost\r\n\r\n", "400 page"),
    ("a request line without a version", "GET /jobs\r\n\r\n", "400 page"),
    (
      "a target larger than the memory of the connection", "GET /\(much)\(head)\r\n", "414 page"
    ),
    (
      "header fields larger than the memory of the connection",
      "GET /jobs\(head)X: \(much)\r\n\r\n", "431 page"
    ),
    ("a request line of one word", "nonsense\r\n\r\n", "closed"),
    (
      "bytes of a TLS handshake at a plain listener", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\r\n\r\n",
      "closed"
    ),
  ]

  private static func answer(to request: String) async throws -> String {
    let text = try await TestServer.run { server in
      let client = try server.client()
      client.send(request)
      return try client.everything()
    }
    #expect(text.ranges(of: "HTTP/1.1 ").count <= 1, "one answer: \(text)")
    guard let status = text.split(separator: " ").dropFirst().first else { return "closed" }
    guard !text.contains("<html>") else { return "\(status) page" }
    #expect(text.contains("X-Request-Id: ") && text.contains(#"{"message":""#), "\(text)")
    return "\(status) problem"
  }

  @Test(arguments: rows)
  func `it is answered as the page says`(name: String, request: String, answer: String) async throws
  {
    let found = try await Self.answer(to: request)
    // 1.0 and later refuse more by themselves, and in other words: never is it served.
    let isRefused = found == "closed" || ["4", "5"].contains(found.prefix(1))
    #expect(Daemon.isLibraryStrict ? isRefused : found == answer, "\(name): \(found)")
  }

  @Test func `the page has these rows and no others`() throws {
    let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    let page = try #require(Files.text(of: root + "/docs/proxies.md"))
    let section = try #require(page.split(separator: "## What the HTTP library").last)
    let rows = section.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
    #expect(rows.map(String.init) == Self.rows.map { "| \($0.0) | \($0.2) |" })
  }
}
