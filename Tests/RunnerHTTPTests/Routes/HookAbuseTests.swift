import CoreTestSupport
import RunnerAccess
import RunnerCore
import Synchronization
import TestSupport
import Testing

@testable import RunnerHTTP

/// Calls of hooks by strangers, and by those who overheard one.
struct HookAbuseTests {
  private final class Records: AuditLog {
    let all = Mutex<[AuditRecord]>([])
    func record(_ record: AuditRecord) { all.withLock { $0.append(record) } }
  }

  /// A clock whose sleeps end at once: what is held back is sent.
  private struct InstantClock: WallClock {
    func now() -> Timestamp { StillClock().now() }
    func uptime() -> Int64 { StillClock().uptime() }
    func sleep(for duration: Duration) async {}
  }

  /// A clock whose sleeps last until they are cancelled: what is held back stays.
  private struct HoldingClock: WallClock {
    func now() -> Timestamp { StillClock().now() }
    func uptime() -> Int64 { StillClock().uptime() }
    func sleep(for duration: Duration) async {
      do { try await Task.sleep(for: .seconds(3600)) } catch {}
    }
  }

  private static let wrongSignature = "sha256=" + String(repeating: "0", count: 64)

  /// Serves the hook `h`, and a caller with the token that `body` gets.
  private static func run<Result: Sendable>(
    _ scheme: HookCredential.Method, _ secrets: String, quota: PrincipalQuota = .unlimited,
    _ settings: HTTPSettings = HTTPSettings(), audit: any AuditLog = NoAuditLog(),
    clock: any WallClock = InstantClock(),
    _ body: @escaping @Sendable (TestServer, String) throws -> Result
  ) async throws -> Result {
    let token = AccessToken.random()
    let all = TokenRecord(
      name: "all", grant: .everything, created: Timestamp(microseconds: 0),
      secrets: [TokenSecret(try #require(TokenDigest(of: token)), expires: nil)])
    let secret = try HookSecret(Array(secrets.utf8), for: scheme, quota: quota)
    return try await TestServer.run(
      settings, access: AccessRules(tokens: TokenTable([all]), hooks: ["h": secret]),
      clock: clock, audit: audit, commands: [HookProofTests.command],
      hooks: [try HookProofTests.hook(scheme)]
    ) { server in try body(server, "Authorization: Bearer \(token.text)") }
  }

  private static func call(
    _ fields: [String], _ body: String = HookProofTests.document, bytes: Int? = nil,
    of hook: String = "h"
  ) -> String {
    let body = body + String(repeating: " ", count: max(0, (bytes ?? 0) - body.utf8.count))
    return "POST /hooks/\(hook) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
      + "Content-Length: \(body.utf8.count)\r\n"
      + fields.map { "\($0)\r\n" }.joined() + "\r\n" + body
  }

  private static func head(_ fields: [String], bytes: Int) -> String {
    "POST /hooks/h HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \(bytes)\r\n"
      + fields.map { "\($0)\r\n" }.joined() + "\r\n"
  }

  private static var small: HTTPSettings {
    var settings = HTTPSettings()
    settings.bodyBytesMax = 1000
    settings.strangerBodyBytesMax = 1000
    settings.bodyBytesTotalMax = 1000
    return settings
  }

  // Proves P-654.
  @Test func `bodies of strangers leave room for those of callers`() async throws {
    let claim = ["X-Hub-Signature-256: \(Self.wrongSignature)"]
    try await Self.run(.hub, HookProofTests.secret, Self.small) { server, authorization in
      let holding = try server.client()
      holding.send(Self.head(claim, bytes: 1000))
      try server.awaitRequests(1)
      #expect(try server.ask(Self.call(claim, bytes: 1000)).status == 503)
      let caller = try server.ask(Self.call([authorization], bytes: 1000))
      #expect(caller.status == 202, "\(caller.text)")
      // What no body can prove is refused by its head, and holds none.
      for wrong in ["sha256=00", "sha1=00", Self.wrongSignature + "00"] {
        let answer = try server.ask(Self.call(["X-Hub-Signature-256: \(wrong)"], bytes: 1000))
        #expect(answer.status == 401)
      }
      withExtendedLifetime(holding) {}
    }
  }

  // Twin of P-654.
  @Test func `bodies of callers take the room of callers, and leave that of strangers`()
    async throws
  {
    let proof = ["X-Hub-Signature-256: \(HookProofTests.hubSignature)"]
    try await Self.run(.hub, HookProofTests.secret, Self.small) { server, authorization in
      let authorization = [authorization]
      let holding = try server.client()
      holding.send(Self.head(authorization, bytes: 1000))
      try server.awaitRequests(1)
      #expect(try server.ask(Self.call(authorization, bytes: 1000)).status == 503)
      #expect(try server.ask(Self.call(proof)).status == 202)
      withExtendedLifetime(holding) {}
    }
  }

  // Proves P-654.
  @Test func `the body of a call that is refused is gone before its answer is held back`()
    async throws
  {
    let proof = ["X-Hub-Signature-256: \(HookProofTests.hubSignature)"]
    let clock = HoldingClock()
    try await Self.run(.hub, HookProofTests.secret, Self.small, clock: clock) { server, _ in
      let refused = try server.client()
      refused.send(Self.call(["X-Hub-Signature-256: \(Self.wrongSignature)"], bytes: 1000))
      // Its answer does not come, and the room that its body had is there.
      try waiting(until: "room for a body") { try server.ask(Self.call(proof)).status == 202 }
      try server.awaitRequests(1)
      withExtendedLifetime(refused) {}
    }
  }

  // Proves P-655.
  @Test(arguments: [
    (
      HookCredential.Method.hub, HookProofTests.secret,
      ["X-Hub-Signature-256: \(HookProofTests.hubSignature)"]
    ),
    (.standard, HookProofTests.standardSecret, HookProofTests.standardFields),
  ])
  func `a signed call that comes again makes no second job and shows no output`(
    scheme: HookCredential.Method, secrets: String, fields: [String]
  ) async throws {
    try await Self.run(scheme, secrets) { server, _ in
      let first = try server.ask(Self.call(fields))
      #expect(first.status == 202)
      for changed in ["Idempotency-Key: other", "X-GitHub-Delivery: other"] {
        let again = try server.ask(Self.call(fields + [changed]))
        #expect(again.status == 202)
        #expect(again.fields["location"] == first.fields["location"])
        #expect(!again.text.contains("\"stdout\""))
      }
    }
  }

  // Twin of P-655.
  @Test func `the key of a sender whose proof signs nothing tells its calls apart`() async throws {
    let scheme = HookCredential.Method.field("x-webhook-token")
    try await Self.run(scheme, HookProofTests.secret) { server, _ in
      let proof = "X-Webhook-Token: \(HookProofTests.secret)"
      let jobs = try ["a", "a", "b"].map { key in
        try server.ask(Self.call([proof, "Idempotency-Key: \(key)"])).fields["location"]
      }
      #expect(jobs[0] == jobs[1] && jobs[0] != jobs[2] && jobs[0] != nil)
    }
  }

  // Proves P-656.
  @Test func `a sender has the quota of its hook`() async throws {
    let scheme = HookCredential.Method.field("x-webhook-token")
    let quota = PrincipalQuota([.submissions: 1])
    try await Self.run(scheme, HookProofTests.secret, quota: quota) { server, _ in
      let call = Self.call(["X-Webhook-Token: \(HookProofTests.secret)"])
      #expect(try server.ask(call).status == 202)
      let second = try server.ask(call)
      #expect(second.status == 429 && second.text.contains("submissions"), "\(second.text)")
      #expect(server.authenticator.bounds(.submissions) && !server.authenticator.bounds(.kept))
    }
  }

  // Twin of P-656.
  @Test func `a sender of a hook without a quota has none`() async throws {
    let scheme = HookCredential.Method.field("x-webhook-token")
    try await Self.run(scheme, HookProofTests.secret) { server, _ in
      let call = Self.call(["X-Webhook-Token: \(HookProofTests.secret)"])
      let statuses = try (0..<3).map { _ in try server.ask(call).status }
      #expect(statuses == [202, 202, 202])
      #expect(!server.authenticator.bounds(.submissions))
    }
  }

  @Test func `a wrong proof is answered alike whether there is such a hook or not`() async throws {
    let records = Records()
    try await Self.run(.hub, HookProofTests.secret, audit: records) { server, _ in
      for claim in [Self.wrongSignature, "sha256=00"] {
        let answers = try ["h", "other"].map { hook in
          try server.ask(Self.call(["X-Hub-Signature-256: \(claim)"], of: hook))
        }
        #expect(answers.map(\.status) == [401, 401])
        #expect(answers[0].text == answers[1].text)
        #expect(answers[0].fields["www-authenticate"] == answers[1].fields["www-authenticate"])
      }
    }
    let all = records.all.withLock { $0 }
    #expect(all.count == 4)
    #expect(all.allSatisfy { $0.principal == nil && $0.evidence == nil && $0.reason == "unknown" })
  }

  @Test func `a request that calls no hook keeps no field of one`() {
    var (none, hook) = (HeaderFields(), HeaderFields(hookSecretsIn: ["x-a"]))
    for name in ["X-Hub-Signature-256", "webhook-id", "X-A", "X-B"] {
      none.add(name: Array(name.utf8).span, value: Array("v".utf8).span)
      hook.add(name: Array(name.utf8).span, value: Array("v".utf8).span)
    }
    #expect(none.hookFields.isEmpty)
    #expect(hook.hookFields.keys.sorted() == ["webhook-id", "x-a", "x-hub-signature-256"])
  }
}
