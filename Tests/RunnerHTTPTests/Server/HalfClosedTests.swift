import RunnerCore
import Testing

@testable import RunnerHTTP

/// Clients that close their sending side behind a whole request, as `nc -N` and some proxies do.
struct HalfClosedTests {
  private static let fields = "Host: localhost\r\nConnection: close\r\n"

  /// What comes back where the client closes its sending side, or leaves it open.
  private static func answer(_ request: String, halfClosing: Bool) async throws -> String {
    try await TestServer.run(launcher: LiveLauncher()) { server in
      let path = try server.submit("live")
      let client = try server.client()
      client.send(request.replacing("PATH", with: path))
      if halfClosing { client.endSending() }
      return try client.everything()
    }
  }

  @Test(arguments: [true, false])
  func `a request behind which the client closes its sending side is answered`(
    halfClosing: Bool
  ) async throws {
    let body = #"{"command":"\#(TestServer.program)"}"#
    let length = "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    let submitted = try await Self.answer(
      "POST / HTTP/1.1\r\n\(Self.fields)\(length)", halfClosing: halfClosing)
    #expect(submitted.hasPrefix("HTTP/1.1 202 Accepted\r\n"))
    // This one is held for a second, in which the end of what is sent has surely come.
    let waited = try await Self.answer(
      "GET PATH?wait=1 HTTP/1.1\r\n\(Self.fields)\r\n", halfClosing: halfClosing)
    #expect(waited.hasPrefix("HTTP/1.1 200 OK\r\n") && waited.contains(#""status":"running""#))
  }

  @Test func `a request that is cut is not served`() async throws {
    let text = try await Self.answer(
      "POST / HTTP/1.1\r\n\(Self.fields)Content-Length: 50\r\n\r\n{", halfClosing: true)
    #expect(!text.contains("HTTP/1.1 2"))
  }
}
