import Testing

@testable import RunnerHTTP

/// Targets in absolute-form (RFC 9112, section 3.2.2), as clients of a proxy send them.
struct AbsoluteFormTests {
  @Test(arguments: [
    ("http://127.0.0.1:9000/a/b?c=d", "127.0.0.1:9000", "/a/b", "c=d"),
    ("HTTPS://localhost", "localhost", "/", ""), ("http://[::1]:80/?x", "[::1]:80", "/", "x"),
  ])
  func `a target is split at its authority`(
    text: String, authority: String, path: String, query: String
  ) throws {
    let target = try RequestTarget(Array(text.utf8).span, bytesMax: 100)
    #expect(target.authority == authority && target.query == query)
    #expect(String(decoding: target.path, as: UTF8.self) == path)
  }

  @Test(arguments: ["/http://host/", "http:/host/", "httpx://host/", "*"])
  func `every other target has none`(text: String) throws {
    let target = try RequestTarget(Array(text.utf8).span, bytesMax: 100)
    #expect(target.authority == nil && target.path == Array(text.utf8))
  }

  @Test(arguments: ["http:///queue", "http://", "http://user@localhost/queue"])
  func `an authority without a host or with a user is malformed`(text: String) {
    #expect(throws: RequestTarget.ParseError.authority) {
      try RequestTarget(Array(text.utf8).span, bytesMax: 100)
    }
  }

  // Twin: the same names in the Host field.
  @Test func `the host of the target counts, and not the Host field`() async throws {
    let statuses = try await TestServer.run { server in
      try [
        ("http://localhost/queue", "localhost"), ("http://localhost/queue", "evil.example"),
        ("/queue", "localhost"), ("http://evil.example/queue", "localhost"),
        ("/queue", "evil.example"), ("http://u@localhost/queue", "localhost"),
      ].map { target, host in
        try server.ask("GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n").status
      }
    }
    #expect(statuses == [200, 200, 200, 403, 403, 400])
  }
}
