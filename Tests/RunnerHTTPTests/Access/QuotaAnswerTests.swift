import RunnerAccess
import RunnerCore
import Synchronization
import TestSupport
import Testing

@testable import RunnerHTTP

/// Quotas, turns and keys as clients with tokens meet them, all from one address.
@Suite(.timeLimit(.minutes(30)))
struct QuotaAnswerTests {
  private final class Records: AuditLog {
    let all = Mutex<[AuditRecord]>([])
    func record(_ record: AuditRecord) { all.withLock { $0.append(record) } }
  }

  /// A token and the field that carries it.
  private struct Holder {
    let record: TokenRecord
    let field: String

    init(_ name: String, _ quota: PrincipalQuota = .unlimited) throws {
      let token = AccessToken.random()
      record = TokenRecord(
        name: name,
        grant: AccessGrant(
          scopes: Set(AccessScope.grantable), entries: .all, jobs: .own, quota: quota),
        created: Timestamp(microseconds: 0),
        secrets: [TokenSecret(try #require(TokenDigest(of: token)))])
      field = "Authorization: Bearer \(token.text)\r\n"
    }
  }

  private static func submit(
    _ server: TestServer, _ holder: Holder, _ arguments: String = "hold", fields: String = ""
  ) throws -> RawResponse {
    try server.post(
      #"{"command":"\#(TestServer.program)","args":"\#(arguments)"}"#, holder.field + fields)
  }

  private static func status(
    _ server: TestServer, _ answer: RawResponse, _ holder: Holder
  ) throws -> String? {
    let path = "/" + (answer.fields["location"] ?? "")
    return try JSONValue(server.get(path, holder.field).text)["status"]?.string
  }

  // Proves P-321, P-326.
  @Test func `over a quota the answer, the audit log and the metrics name it`() async throws {
    let one = try Holder("one", PrincipalQuota([.running: 1, .queued: 1, .submissions: 3]))
    let other = try Holder("other")
    let records = Records()
    let (queued, rate, problem, free, text) = try await TestServer.run(
      access: .tokens(TokenTable([one.record, other.record])), audit: records
    ) { server in
      for _ in 0..<2 { #expect(try Self.submit(server, one).status == 202) }
      let queued = try Self.submit(server, one)
      let accept = "Accept: application/problem+json\r\n"
      let problem = try Self.submit(server, one, fields: accept)
      // What waits goes, and a third one is taken; a fourth is one too many for a minute.
      let page = try JSONValue(server.get("/jobs", one.field).text)
      for job in page["jobs"]?.array ?? [] {
        let id = try #require(job["id"]?.string)
        let cancel = "POST /\(id)/cancel HTTP/1.1\r\nHost: localhost\r\n\(one.field)\r\n"
        #expect(try server.ask(cancel).status == 202)
        try server.awaitEnd("/\(id)")
      }
      #expect(try Self.submit(server, one).status == 202)
      let rate = try Self.submit(server, one)
      return (queued, rate, problem, try Self.submit(server, other), server.metrics.text())
    }
    for (answer, quota, bound) in [(queued, "queued", "1"), (rate, "submissions", "3")] {
      #expect(answer.status == 429 && answer.fields["retry-after"].flatMap { Int($0) } ?? 0 > 0)
      let members = try JSONValue(answer.text)
      #expect(
        members["quota"]?.string == quota && members["message"]?.string == "Too Many Requests")
      let sentence = try #require(members["error"]?.string)
      #expect(sentence.contains("`\(quota)`") && sentence.contains(bound), "\(sentence)")
    }
    #expect(rate.fields["retry-after"] == "61")
    #expect(try JSONValue(problem.text)["quota"]?.string == "queued")
    #expect(problem.fields["content-type"] == "application/problem+json")
    #expect(free.status == 202, "of the same address")
    let audited = records.all.withLock { $0.filter { $0.status == 429 } }
    #expect(audited.map(\.quota) == ["queued", "queued", "submissions"])
    #expect(audited.allSatisfy { $0.principal?.name == "token/one" })
    #expect(records.all.withLock { $0.allSatisfy { ($0.quota != nil) == ($0.status == 429) } })
    #expect(text.contains("http_runner_quota_refusals_total{quota=\"queued\"} 2\n"), "\(text)")
  }

  // Proves P-327.
  @Test func `turns in the queue go by the principal, not by the address`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    let (one, other) = (try Holder("one"), try Holder("other"))
    try await TestServer.run(
      limits: limits, access: .tokens(TokenTable([one.record, other.record]))
    ) { server in
      let greedy = try (0..<4).map { _ in try Self.submit(server, one) }
      let modest = try Self.submit(server, other)
      // The running one, and the next one of the same principal.
      for answer in greedy.prefix(2) {
        try waiting(until: "it runs") { try Self.status(server, answer, one) == "running" }
        let path = "/" + (answer.fields["location"] ?? "")
        _ = try server.ask(
          "POST \(path)/cancel HTTP/1.1\r\nHost: localhost\r\n\(one.field)\r\n")
      }
      try waiting(until: "it is the turn of the other one") {
        try Self.status(server, modest, other) == "running"
      }
      for answer in greedy.suffix(2) {
        #expect(try Self.status(server, answer, one) == "queued")
      }
    }
  }
}
