import RunnerAccess
import RunnerCore
import TestSupport
import Testing
import TextFormats

@testable import RunnerHTTP

/// Who has no credential gets nothing, and a token gets what it names.
struct AccessTests {
  /// A token and the text that its holder sends.
  private struct Holder {
    let token = AccessToken.random()
    let record: TokenRecord

    init(
      _ name: String, may scopes: Set<AccessScope>, entries: AccessGrant.Entries = .all,
      jobs: AccessGrant.Visibility = .all, expires: Timestamp? = nil
    ) throws {
      record = TokenRecord(
        name: name, grant: AccessGrant(scopes: scopes, entries: entries, jobs: jobs),
        created: Timestamp(microseconds: 0),
        secrets: [TokenSecret(try #require(TokenDigest(of: token)), expires: expires)])
    }

    var field: String { "Authorization: Bearer \(token.text)\r\n" }
  }

  private static func table(_ holders: Holder...) -> AccessRules {
    .tokens(TokenTable(holders.map(\.record)))
  }

  private static func request(_ line: String, _ field: String = "", body: String = "") -> String {
    "\(line) HTTP/1.1\r\nHost: localhost\r\n\(field)"
      + (body.isEmpty ? "\r\n" : "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  private static func json(_ answer: RawResponse) throws -> TestSupport.JSONValue {
    try TestSupport.JSONValue(answer.text)
  }

  /// Clients that outlive their server.
  ///
  /// SAFETY: the body of `TestServer.run` has ended when they are used again: one thread at a time.
  private struct WaitingClients: @unchecked Sendable {
    let clients: [RawClient]
  }

  private static let job = "{\"command\": \"\(TestServer.program)\"}"

  @Test func `every route but those of everyone is closed without a credential`() async throws {
    let holder = try Holder("media", may: [])
    try await TestServer.run(access: Self.table(holder)) { server in
      let id = String(repeating: "0", count: 40)
      for route in RouteTable.service.routes where route.scope != .everyone {
        let path = route.pattern.text.replacing("{id}", with: id)
        let answer = try server.ask(Self.request("\(route.method.name) \(path)"))
        #expect(answer.status == 401, "\(route.method.name) \(path)")
        #expect(answer.fields["www-authenticate"]?.contains("realm=\"http-runner\"") == true)
        // With a token that grants nothing each is 403: the matrix has no hole.
        let scoped = try server.ask(Self.request("\(route.method.name) \(path)", holder.field))
        #expect(scoped.status == 403, "\(route.method.name) \(path)")
      }
    }
  }

  @Test(arguments: AccessScope.grantable)
  func `a scope opens its own routes and no other`(scope: AccessScope) async throws {
    let holder = try Holder("media", may: [scope])
    var settings = HTTPSettings()
    // Else `GET /events` goes on for five minutes.
    settings.changesTime = .zero
    try await TestServer.run(settings, access: Self.table(holder)) { server in
      let id = String(repeating: "0", count: 40)
      for route in RouteTable.service.routes where route.scope != .everyone {
        let path = route.pattern.text.replacing("{id}", with: id)
        let answer = try server.ask(Self.request("\(route.method.name) \(path)", holder.field))
        #expect((answer.status == 403) == (route.scope != scope), "\(route.method.name) \(path)")
        #expect(answer.status != 401)
      }
    }
  }

  @Test func `jobs of others are not there for a token that sees its own`() async throws {
    let scopes = Set(AccessScope.grantable)
    let one = try Holder("one", may: scopes, jobs: .own)
    let other = try Holder("other", may: scopes, jobs: .own)
    let all = try Holder("all", may: scopes)
    try await TestServer.run(access: Self.table(one, other, all)) { server in
      let made = try server.ask(Self.request("POST /", one.field, body: Self.job))
      #expect(made.status == 202)
      let id = try #require(Self.json(made)["id"]?.string)
      let job = RouteTable.service.routes.filter { $0.pattern.text.contains("{id}") }
      for route in job {
        let path = route.pattern.text.replacing("{id}", with: id)
        let answer = try server.ask(Self.request("\(route.method.name) \(path)", other.field))
        #expect(answer.status == 404, "\(route.method.name) \(path)")
        #expect(answer.text.contains(id) == false, "nothing tells that there is one")
      }
      #expect(try server.ask(Self.request("GET /\(id)", one.field)).status == 200)
      #expect(try server.ask(Self.request("GET /\(id)", all.field)).status == 200)
      for (holder, count) in [(one, 1), (other, 0), (all, 1)] {
        let page = try server.ask(Self.request("GET /jobs", holder.field))
        #expect(try Self.json(page)["jobs"]?.array?.count == count)
      }
    }
  }

  @Test func `a job of another client is followed no more than one that is not there`()
    async throws
  {
    let one = try Holder("one", may: [.submit], jobs: .own)
    let other = try Holder("other", may: [.submit], jobs: .own)
    try await TestServer.run(access: Self.table(one, other)) { server in
      let made = try server.ask(Self.request("POST /", one.field, body: Self.job))
      let id = try #require(Self.json(made)["id"]?.string)
      let unknown = String(repeating: "0", count: 40)
      let follow = { (holder: Holder, id: String) in
        let body = "{\"command\": \"\(TestServer.program)\", \"after\": [\"\(id)\"]}"
        return try server.ask(Self.request("POST /", holder.field, body: body))
      }
      let refused = try follow(other, id)
      let absent = try follow(other, unknown)
      #expect(refused.status == 400 && absent.status == 400, "\(refused.text)")
      #expect(refused.text.contains(id))
      #expect(refused.text.replacing(id, with: unknown) == absent.text)
      #expect(try follow(one, id).status == 202)
    }
  }

  @Test func `an entry that a token does not name is not in its whitelist`() async throws {
    let named = try Holder("named", may: [.submit], entries: .named([TestServer.program]))
    let other = try Holder("other", may: [.submit], entries: .named(["ffmpeg"]))
    try await TestServer.run(access: Self.table(named, other)) { server in
      #expect(try server.ask(Self.request("POST /", named.field, body: Self.job)).status == 202)
      let refused = try server.ask(Self.request("POST /", other.field, body: Self.job))
      let unknown = try server.ask(
        Self.request("POST /", other.field, body: "{\"command\": \"/bin/none\"}"))
      #expect(refused.status == 400 && refused.text == unknown.text)
    }
  }

  // Proves P-327.
  @Test func `an idempotency key is of the principal`() async throws {
    let one = try Holder("one", may: [.submit])
    let other = try Holder("other", may: [.submit])
    try await TestServer.run(access: Self.table(one, other)) { server in
      let ids = try [one, other, one].map { holder in
        let answer = try server.ask(
          Self.request("POST /", holder.field + "Idempotency-Key: \"same\"\r\n", body: Self.job))
        return try Self.json(answer)["id"]?.string
      }
      #expect(ids[0] == ids[2] && ids[0] != ids[1])
    }
  }

  @Test func `Basic carries the token as its password`() async throws {
    let holder = try Holder("media", may: [.read])
    try await TestServer.run(access: Self.table(holder)) { server in
      let basic = "Authorization: Basic \(Base64.encode(Array("x:\(holder.token.text)".utf8)))\r\n"
      let answer = try server.ask(Self.request("GET /jobs", basic))
      #expect(answer.status == 200)
    }
  }

  // Proves P-218.
  @Test func `a wrong token is held back, and a right one of the same address is not`()
    async throws
  {
    let holder = try Holder("media", may: [.read])
    let waiting = try await TestServer.run(access: Self.table(holder), clock: EndlessClock()) {
      server in
      let wrong = "Authorization: Bearer \(AccessToken.random().text)\r\n"
      let clients = try (0..<20).map { number in
        let client = try server.client()
        // Who expects leave to send a body would be refused at once.
        switch number % 3 {
        case 0: client.send(Self.request("GET /jobs", wrong))
        case 1: client.send(Self.request("GET /jobs", wrong + "Expect: 100-continue\r\n"))
        default: client.send(Self.request("POST /", wrong, body: Self.job))
        }
        return client
      }
      #expect(try server.ask(Self.request("GET /jobs", holder.field)).status == 200)
      try server.awaitRequests(clients.count)
      #expect(clients.allSatisfy { !$0.unread.contains("HTTP/1.1 4") })
      return WaitingClients(clients: clients)
    }
    // Each came before the right one or after it; none was answered before the service stopped.
    for client in waiting.clients {
      let first = try client.response()
      #expect(try (first.status == 100 ? client.response() : first).status == 401)
    }
  }

  // Proves P-218.
  @Test
  func `a body over its bound gets the same answer whatever the token, so that none is tried`()
    async throws
  {
    let holder = try Holder("media", may: [.submit])
    var settings = HTTPSettings()
    settings.bodyBytesMax = 1 << 10
    try await TestServer.run(
      settings, access: Self.table(holder), clock: EndlessClock()
    ) { server in
      let wrong = "Authorization: Bearer \(AccessToken.random().text)\r\n"
      let body = String(repeating: " ", count: 2 << 10)
      let chunked = "Transfer-Encoding: chunked\r\n\r\n800\r\n\(body)\r\n0\r\n"
      for rest in ["Content-Length: 2048\r\n\r\n", chunked] {
        let answers = try [wrong, holder.field].map { field in
          try server.ask("POST / HTTP/1.1\r\nHost: localhost\r\n\(field)\(rest)\r\n")
        }
        #expect(answers.map(\.status) == [413, 413])
        #expect(answers[0].text == answers[1].text)
        #expect(answers[0].fields["www-authenticate"] == nil)
      }
    }
  }

  @Test func `without tokens nobody is asked, and a credential for a proxy is not looked at`()
    async throws
  {
    try await TestServer.run { server in
      let proxy = "Authorization: Basic bWU6c2VjcmV0\r\n"
      let answer = try server.ask(Self.request("GET /jobs", proxy))
      #expect(answer.status == 200)
    }
  }
}
