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
}
