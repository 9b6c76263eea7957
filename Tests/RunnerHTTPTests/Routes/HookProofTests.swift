import CoreTestSupport
import RunnerAccess
import RunnerCore
import TestSupport
import Testing
import TextFormats

@testable import RunnerHTTP

/// Hooks that are called without a credential of the service: by a secret, in three schemes.
struct HookProofTests {
  static let secret = "5e3a0d6f51c94b7f8d2e"
  /// HMAC-SHA256 of `document` with `secret`, by `openssl dgst -sha256 -hmac`.
  static let document = #"{"name":"a"}"#
  static let hubSignature =
    "sha256=4e169a3d27389750cd5c492057983ec40cf5d315386699b3cb5a3108cde23038"
  /// `whsec_` and base64 of the bytes 0 to 31.
  static let standardSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
  /// HMAC-SHA256 with those of `msg_1.1700000000.` and the document, by openssl, in base64.
  private static let standardSignature = "KG+/wsifbPEJHjlfiDye+9JpmdMM+lsnL2xIJYalsJc="
  static let standardSeconds: Int64 = 1_700_000_000

  static let command = EntryCommand(
    name: "print",
    fields: [CommandField(name: "name", kind: .text(bytes: 1...99, characters: nil))],
    template: ["print", "{name}"].compactMap(word))

  private static func word(_ text: String) -> CommandGroup? {
    do throws(CommandWord.ParseError) {
      return CommandGroup([try CommandWord(text)])
    } catch {
      return nil
    }
  }

  static func hook(_ scheme: HookCredential.Method?) throws -> EntryHook {
    let name = HookValue.Source(pointer: try #require(JSONPointer("/name")))
    var hook = EntryHook(
      name: "h", command: "print", conditions: [], fields: ["name": .taken(name)])
    hook.proof = scheme.map { HookCredential($0, file: "/etc/secret") }
    return hook
  }

  /// Runs with a hook of that scheme; where `hasToken`, callers are asked who they are.
  static func ask(
    _ scheme: HookCredential.Method, _ secrets: String, _ fields: [String],
    _ body: String = document,
    hasToken: Bool = true, seconds: Int64 = standardSeconds
  ) async throws -> (RawResponse, jobs: String) {
    let hook = try hook(scheme)
    let secret = try HookSecret(Array(secrets.utf8), for: scheme)
    let token = AccessToken.random()
    let operators = TokenRecord(
      name: "all", grant: .everything, created: Timestamp(microseconds: 0),
      secrets: [TokenSecret(try #require(TokenDigest(of: token)), expires: nil)])
    let access = AccessRules(
      tokens: hasToken ? TokenTable([operators]) : nil, hooks: ["h": secret])
    let clock = StillClock(time: Timestamp(microseconds: seconds * 1_000_000))
    return try await TestServer.run(
      access: access, clock: clock, commands: [command], hooks: [hook]
    ) { server in
      let lines = fields.map { "\($0)\r\n" }.joined()
      let answer = try server.ask(
        "POST /hooks/h HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \(body.utf8.count)\r\n"
          + "\(lines)\r\n\(body)")
      return (
        answer,
        jobs: try server.get("/jobs", "Authorization: Bearer \(token.text)\r\n").text
      )
    }
  }

  static let standardFields = [
    "Webhook-Id: msg_1", "Webhook-Timestamp: \(standardSeconds)",
    "Webhook-Signature: v1,AAAA v1,\(standardSignature)",
  ]

  // Proves P-650.
  @Test(arguments: [
    (HookCredential.Method.hub, secret, ["X-Hub-Signature-256: \(hubSignature)"]),
    (.hub, "another secret that is not it\n\(secret)\n", ["x-hub-signature-256: \(hubSignature)"]),
    (.standard, standardSecret, standardFields),
    (.field("x-webhook-token"), secret, ["X-Webhook-Token: \(secret)"]),
  ])
  func `a call that its secret proves makes a job of the hook`(
    scheme: HookCredential.Method, secrets: String, fields: [String]
  ) async throws {
    let (answer, jobs) = try await Self.ask(scheme, secrets, fields)
    #expect(answer.status == 202, "\(answer.text)")
    let job = try TestSupport.JSONValue(jobs)["jobs"]?.array?.first
    #expect(job?["arguments"]?.array?.compactMap(\.string) == ["print", "a"])
    #expect(job?["labels"]?["hook"]?.string == "h")
  }

  // Proves P-650.
  @Test(arguments: [
    (HookCredential.Method.hub, secret, ["X-Hub-Signature-256: \(hubSignature)"]),
    (.standard, standardSecret, standardFields),
    (.field("x-webhook-token"), secret, ["X-Webhook-Token: \(secret)"]),
  ])
  func `fields of proxies and senders take no place from the proof`(
    scheme: HookCredential.Method, secrets: String, fields: [String]
  ) async throws {
    let others =
      ["Host", "Proto", "Port", "Server", "Prefix"].map { "X-Forwarded-\($0): a" }
      + (0..<40).map { "X-Sender-\($0): a" }
    let (answer, _) = try await Self.ask(scheme, secrets, others + fields)
    #expect(answer.status == 202, "\(answer.text)")
  }

  // Proves P-650.
  @Test(arguments: [
    (HookCredential.Method.hub, secret, [String](), document),
    (.hub, secret, ["X-Hub-Signature-256: \(hubSignature)"], #"{"name":"b"}"#),
    (.hub, secret, ["X-Hub-Signature-256: \(hubSignature.dropLast())"], document),
    (.hub, secret, ["X-Hub-Signature-256: sha256="], document),
    (.hub, secret, ["X-Hub-Signature-256: sha1=\(hubSignature.dropFirst(7))"], document),
    (.hub, "another secret that is not it", ["X-Hub-Signature-256: \(hubSignature)"], document),
    (.hub, secret, ["X-Webhook-Token: \(secret)"], document),
    (.standard, standardSecret, Array(standardFields.dropLast()), document),
    (.standard, standardSecret, Array(standardFields.dropFirst()), document),
    (
      .standard, standardSecret,
      ["Webhook-Id: msg_2"] + standardFields.dropFirst(), document
    ),
    (.standard, standardSecret, standardFields, #"{"name":"b"}"#),
    (.field("x-webhook-token"), secret, ["X-Webhook-Token: \(secret)0"], document),
    (.field("x-webhook-token"), secret, ["X-Webhook-Token: "], document),
    (
      .field("x-webhook-token"), secret,
      ["X-Webhook-Token: \(secret)", "X-Webhook-Token: \(secret)"], document
    ),
  ])
  func `one that is not proven makes none`(
    scheme: HookCredential.Method, secrets: String, fields: [String], body: String
  ) async throws {
    for hasToken in [true, false] {
      let (answer, jobs) = try await Self.ask(scheme, secrets, fields, body, hasToken: hasToken)
      #expect(answer.status == 401, "\(answer.text)")
      #expect(jobs.hasPrefix(#"{"jobs":[]"#))
    }
  }

  // Twin of P-650.
  @Test(arguments: [-301, 301])
  func `a signature of Standard Webhooks is not taken long before or after its time`(
    seconds: Int64
  ) async throws {
    let (answer, _) = try await Self.ask(
      .standard, Self.standardSecret, Self.standardFields,
      seconds: Self.standardSeconds + seconds)
    #expect(answer.status == 401)
    let (inTime, _) = try await Self.ask(
      .standard, Self.standardSecret, Self.standardFields,
      seconds: Self.standardSeconds + seconds - seconds.signum())
    #expect(inTime.status == 202)
  }

  @Test(arguments: [
    ("", HookCredential.Method.hub), ("short", .hub), ("a\nb\nc\nd\ne\n", .hub),
    (String(repeating: "x", count: 257), .field("x-a")), ("\u{e9}\u{e9}1234567890123456", .hub),
    ("0123456789abcdef", .standard), ("whsec_AAAA", .standard),
    ("whsec_0123456789abcdef0123456789abcdef!", .standard),
  ])
  func `a file that holds no secret is refused without a word of it`(
    text: String, scheme: HookCredential.Method
  ) {
    #expect {
      try HookSecret(Array(text.utf8), for: scheme)
    } throws: { error in
      let said = (error as? HookSecret.ParseError)?.text ?? text
      return !said.contains("0123456789")
    }
  }

  /// All arrays of bytes that a value is made of.
  private static func byteArrays(in value: Any) -> [[UInt8]] {
    if let bytes = value as? [UInt8] { return [bytes] }
    return Mirror(reflecting: value).children.flatMap { byteArrays(in: $0.value) }
  }

  // Proves P-702.
  @Test func `of a secret that is sent itself a digest is kept alone`() throws {
    let bytes = Array(Self.secret.utf8)
    let kept = try HookSecret(bytes, for: .field("x-webhook-token"))
    #expect(Self.byteArrays(in: kept).allSatisfy { $0 != bytes })
    var text = ""
    dump(kept, to: &text)
    #expect(!text.contains(Self.secret) && "\(kept)" == "a secret")
  }

  // Twin of P-702.
  @Test func `the key of a signature is kept, and found by the same search`() throws {
    let bytes = Array(Self.secret.utf8)
    let kept = try HookSecret(bytes, for: .hub)
    #expect(Self.byteArrays(in: kept).contains(bytes))
  }

  @Test(arguments: [
    ("X-Webhook-Token", true), ("x-api-key", true), ("Authorization", false), ("X-", false),
    ("X-Request-Id", false), ("X-Forwarded-For", false), ("X-Hub-Signature-256", false),
    ("X-Bad Name", false), ("Cookie", false),
  ])
  func `fields that may hold a secret have no other meaning`(name: String, isOne: Bool) {
    #expect(HookCredential.isField(name) == isOne)
  }
}
