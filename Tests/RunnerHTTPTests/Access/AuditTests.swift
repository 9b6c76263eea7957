import RunnerAccess
import RunnerCore
import Synchronization
import Testing

@testable import RunnerHTTP

/// What of a request is in the audit log.
struct AuditTests {
  private final class Records: AuditLog {
    let all = Mutex<[AuditRecord]>([])
    func record(_ record: AuditRecord) { all.withLock { $0.append(record) } }
  }

  private struct Line: Equatable {
    let principal: String?
    let route: String?
    let status: Int
  }

  // Proves P-282.
  @Test func `who asked, for what, and what became of it is recorded`() async throws {
    let token = AccessToken.random()
    let record = TokenRecord(
      name: "media", grant: AccessGrant(scopes: [.submit], entries: .all, jobs: .own),
      created: Timestamp(microseconds: 0),
      secrets: [TokenSecret(try #require(TokenDigest(of: token)), expires: nil)])
    let records = Records()
    let id = try await TestServer.run(access: .tokens(TokenTable([record])), audit: records) {
      server in
      let field = "Authorization: Bearer \(token.text)\r\nX-Request-Id: one\r\n"
      let made = try server.post(#"{"command":"\#(TestServer.program)"}"#, field)
      _ = try server.get("/queue", field)
      _ = try server.get("/queue")
      _ = try server.get("/nothing", field)
      _ = try server.get("/healthz")
      return made.fields["location"]
    }
    let all = records.all.withLock { $0 }
    #expect(
      all.map { Line(principal: $0.principal?.name, route: $0.route, status: $0.status) } == [
        Line(principal: "token/media", route: "/", status: 202),
        Line(principal: "token/media", route: "/queue", status: 403),
        Line(principal: nil, route: "/queue", status: 401),
        Line(principal: nil, route: nil, status: 404),
      ])
    #expect(all[0].jobID?.description == id && all[0].requestID?.text == "one")
    #expect(all.allSatisfy { $0.address == "127.0.0.1" } && all[0].evidence == "token")
  }

  // Proves P-282, P-331.
  @Test func `what is refused has a reason, and a login has its principal`() async throws {
    let holder = try LoginTests.Holder()
    let records = Records()
    try await TestServer.run(access: holder.rules(may: [.read]), audit: records) { server in
      func ask(_ line: String, _ fields: String = "", body: String = "") throws -> RawResponse {
        try LoginTests.request(server, line, fields, body: body)
      }
      let form = "token=\(holder.token.text)"
      let cookie = try LoginTests.cookie(of: ask("POST /login", body: form))
      _ = try ask("POST /login", "Origin: http://evil.example\r\n", body: form)
      _ = try ask("POST /login", body: "token=no")
      _ = try ask("GET /jobs", cookie)
      _ = try ask("POST /", cookie + "Sec-Fetch-Site: same-origin\r\n", body: "{}")
      _ = try ask("POST /", cookie, body: "{}")
      _ = try ask("GET /jobs", cookie + "Sec-Fetch-Site: cross-site\r\n")
      _ = try server.ask("GET /jobs HTTP/1.1\r\nHost: evil.example\r\n\(cookie)\r\n")
      _ = try ask("GET /jobs")
      _ = try ask("POST /logout", cookie + "Sec-Fetch-Site: same-origin\r\n")
      _ = try ask("GET /jobs", cookie)
    }
    let all = records.all.withLock { $0 }
    #expect(
      all.map(\.reason) == [
        nil, "other_site", "unusable", nil, "scope", "cookie_origin", "other_site", "host_name",
        "missing", nil, "unknown",
      ])
    #expect(
      all.map(\.status) == [200, 403, 401, 200, 403, 403, 403, 403, 401, 204, 401])
    #expect(all[0].principal?.name == "token/media" && all[0].evidence == "token")
    #expect(all[3].principal?.name == "token/media" && all[3].evidence == "session")
  }

  /// Requests that get no further than their head, each with the status of its answer.
  private static let unread = [
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhel", 408),
    ("GET /jobs HTTP/1.1\r\nHost: localhost\r\n", 408),
    ("GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
  ]

  // Proves P-332.
  @Test(arguments: unread)
  func `an answer to a request that is not read has an id, which the audit log has`(
    request: String, status: Int
  ) async throws {
    var settings = HTTPSettings()
    // Those of the others are long, so that a client on a busy machine is in time.
    if status == 408 {
      settings.headerTime = .milliseconds(300)
      settings.bodyTime = .milliseconds(300)
    }
    let records = Records()
    let answer = try await TestServer.run(settings, audit: records) { server in
      try server.ask(request)
    }
    // A strict library refuses what is not sound by itself.
    if Daemon.isLibraryStrict, answer.text.contains("<html>") { return }
    #expect(answer.status == status, "\(answer.text)")
    let all = records.all.withLock { $0 }
    #expect(all.map(\.status) == [status])
    #expect(all.first?.requestID?.text == answer.fields["x-request-id"] && !all.isEmpty)
  }

  // Twin of P-332.
  @Test func `a connection on which nothing is asked is no request`() async throws {
    var settings = HTTPSettings()
    settings.headerTime = .milliseconds(300)
    let records = Records()
    let answer = try await TestServer.run(settings, audit: records) { server in
      try server.ask("")
    }
    #expect(answer.status == 408 && answer.fields["x-request-id"] != nil)
    #expect(records.all.withLock { $0.isEmpty })
  }
}
