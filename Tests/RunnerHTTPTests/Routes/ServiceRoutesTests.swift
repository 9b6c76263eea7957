import RunnerAccess
import RunnerCore
import TestSupport
import Testing

@testable import RunnerHTTP

/// What watches the service: health, readiness, metrics, and the document of the interface.
struct ServiceRoutesTests {
  private static let problem = "/films: the share is not mounted."
  private static let failing = FakeMonitor(checks: [
    ReadinessCheck(ok: "store"), ReadinessCheck("entries", .failed, problem),
  ])

  private static func holder(
    may scopes: Set<AccessScope>
  ) throws -> (source: AccessRules, field: String) {
    let token = AccessToken.random()
    let record = TokenRecord(
      name: "watcher", grant: AccessGrant(scopes: scopes, entries: .all, jobs: .all),
      created: Timestamp(microseconds: 0),
      secrets: [TokenSecret(try #require(TokenDigest(of: token)), expires: nil)])
    return (.tokens(TokenTable([record])), "Authorization: Bearer \(token.text)\r\n")
  }

  // Proves P-280.
  @Test func `readiness is 200 until a part fails, and says to an operator what is wrong`()
    async throws
  {
    let degraded = FakeMonitor(checks: [ReadinessCheck("queue", .degraded, "It is paused.")])
    let ready = try await TestServer.run(monitor: degraded) { try $0.get("/readyz") }
    #expect(ready.status == 200)
    #expect(
      ready.text == """
        {"status":"degraded","checks":[{"name":"queue","state":"degraded",\
        "problem":"It is paused."}]}
        """)
    let failed = try await TestServer.run(monitor: Self.failing) { try $0.get("/readyz") }
    #expect(failed.status == 503 && failed.fields["retry-after"] != nil)
    #expect(failed.text.contains(Self.problem))
  }

  // Proves P-280.
  @Test func `who has no credential learns the state and no path`() async throws {
    let (access, field) = try Self.holder(may: [.operate])
    let (reader, readerField) = try Self.holder(may: [.read])
    try await TestServer.run(access: access, monitor: Self.failing) { server in
      let answer = try server.get("/readyz")
      #expect(answer.status == 503 && !answer.text.contains("films"))
      #expect(try server.get("/readyz", field).text.contains(Self.problem))
      #expect(try server.get("/healthz").status == 200)
      #expect(try server.get("/openapi.json").status == 200)
      #expect(try server.get("/metrics").status == 401)
      #expect(try server.get("/metrics", field).status == 200)
    }
    try await TestServer.run(access: reader, monitor: Self.failing) { server in
      let state = try server.get("/readyz", readerField)
      let metrics = try server.get("/metrics", readerField)
      #expect(!state.text.contains("films") && metrics.status == 403)
    }
  }

  @Test func `metrics have the media type of Prometheus's text format`() async throws {
    let answer = try await TestServer.run { try $0.get("/metrics") }
    #expect(answer.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
    #expect(answer.text == "http_runner_jobs_queued 0\n")
  }

  @Test func `the document that is served is the one in the tree`() async throws {
    let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
    let answer = try await TestServer.run { try $0.get("/openapi.json") }
    #expect(answer.text == Files.text(of: root + "/docs/openapi.json"))
    #expect(answer.fields["content-type"] == "application/json")
  }
}
