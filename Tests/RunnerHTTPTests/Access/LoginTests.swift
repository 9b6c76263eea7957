import RunnerAccess
import RunnerCore
import Synchronization
import Testing

@testable import RunnerHTTP

/// Browsers log in with a token and have a cookie, which is worth what the token is worth.
struct LoginTests {
  /// A token, and the rules of a service that has no other.
  struct Holder {
    let token = AccessToken.random()
    let digest: TokenDigest

    init() throws {
      digest = try #require(TokenDigest(of: token))
    }

    func rules(
      may scopes: Set<AccessScope> = [.read, .submit], expires: Timestamp? = nil
    ) -> AccessRules {
      .tokens(
        TokenTable([
          TokenRecord(
            name: "media", grant: AccessGrant(scopes: scopes, entries: .all, jobs: .own),
            created: Timestamp(microseconds: 0), secrets: [TokenSecret(digest, expires: expires)])
        ]))
    }
  }

  private static let page = "Accept: text/html\r\n"

  static func request(
    _ server: TestServer, _ line: String, _ fields: String = "", body: String = ""
  ) throws -> RawResponse {
    try server.ask(
      "\(line) HTTP/1.1\r\nHost: localhost:\(server.port)\r\nContent-Length: \(body.utf8.count)\r\n"
        + "\(fields)\r\n\(body)")
  }

  /// A field with the cookie that an answer sets.
  static func cookie(of answer: RawResponse) throws -> String {
    let field = try #require(answer.fields["set-cookie"])
    return "Cookie: a=b; \(field.prefix { $0 != ";" })\r\n"
  }

  private static func logIn(_ server: TestServer, _ holder: Holder) throws -> String {
    let answer = try request(server, "POST /login", body: #"{"token": "\#(holder.token.text)"}"#)
    #expect(answer.status == 200, "\(answer.text)")
    return try cookie(of: answer)
  }

  private static func ownOrigin(_ server: TestServer) -> String {
    "Origin: http://localhost:\(server.port)\r\n"
  }

  private static let job = #"{"command":"\#(TestServer.program)"}"#

  // Proves P-330.
  @Test func `a form with a token begins a session, which the cookie goes on with`() async throws {
    let holder = try Holder()
    try await TestServer.run(access: holder.rules()) { server in
      let form = try Self.request(server, "GET /login", Self.page)
      #expect(form.status == 200 && form.fields["content-type"] == "text/html; charset=utf-8")
      #expect(form.text.contains("<form method=\"post\">") && !form.text.contains("<script"))
      let policy = try #require(form.fields["content-security-policy"])
      #expect(policy.hasPrefix("default-src 'none'; form-action 'self'"))
      let begun = try Self.request(
        server, "POST /login", Self.page + Self.ownOrigin(server),
        body: "token=\(holder.token.text)")
      #expect(begun.status == 303 && begun.fields["location"] == "login", "\(begun.text)")
      let field = try #require(begun.fields["set-cookie"])
      for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"] {
        #expect(field.contains("; \(part)"), "\(field)")
      }
      #expect(!field.contains("Secure") && !field.contains(holder.token.text))
      let cookie = try Self.cookie(of: begun)
      let known = try Self.request(server, "GET /login", Self.page + cookie)
      #expect(known.text.contains("<b>token/media</b>"), "\(known.text)")
      #expect(try Self.request(server, "GET /jobs", cookie).status == 200)
      let made = try Self.request(
        server, "POST /", cookie + Self.ownOrigin(server), body: Self.job)
      #expect(made.status == 202)
      #expect(try Self.request(server, "GET /queue", cookie).status == 403, "as the token")
    }
  }

  // Proves P-331.
  @Test func `a cookie counts in requests of own pages alone`() async throws {
    let holder = try Holder()
    try await TestServer.run(access: holder.rules()) { server in
      let cookie = try Self.logIn(server, holder)
      for fields in [
        "", "Sec-Fetch-Site: none\r\n", "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: cross-site\r\n", "Origin: http://localhost:1\r\n",
        "Origin: http://evil.example\r\n", "Origin: null\r\n",
        "Sec-Fetch-Site: same-site\r\n" + Self.ownOrigin(server),
        "Sec-Fetch-Site: same-origin\r\nOrigin: http://localhost:1\r\n",
      ] {
        let answer = try Self.request(server, "POST /", cookie + fields, body: Self.job)
        #expect(answer.status == 403, "\(fields)")
      }
      for fields in ["Sec-Fetch-Site: same-site\r\n", "Origin: http://localhost:1\r\n"] {
        let answer = try Self.request(server, "GET /jobs", cookie + fields)
        #expect(answer.status == 403, "\(fields)")
      }
      let jobs = try Self.request(
        server, "GET /jobs", "Authorization: Bearer \(holder.token.text)\r\n")
      #expect(jobs.status == 200 && !jobs.text.contains("\"id\""), "\(jobs.text)")
    }
  }

  // Twin of P-331.
  @Test func `of an own page the same requests are served`() async throws {
    let holder = try Holder()
    try await TestServer.run(access: holder.rules()) { server in
      let cookie = try Self.logIn(server, holder)
      for fields in [
        Self.ownOrigin(server), "Sec-Fetch-Site: same-origin\r\n",
        "Sec-Fetch-Site: same-origin\r\n" + Self.ownOrigin(server),
        "Sec-Fetch-Site: none\r\n" + Self.ownOrigin(server),
      ] {
        let answer = try Self.request(server, "POST /", cookie + fields, body: Self.job)
        #expect(answer.status == 202, "\(fields)")
      }
      for fields in ["", "Sec-Fetch-Site: none\r\n", "Sec-Fetch-Site: same-origin\r\n"] {
        #expect(try Self.request(server, "GET /jobs", cookie + fields).status == 200, "\(fields)")
      }
    }
  }

  // Proves P-330.
  @Test func `a session ends with a logout, and with its token`() async throws {
    let holder = try Holder()
    let end = StillClock().now().adding(seconds: 60)
    try await TestServer.run(access: holder.rules(expires: end)) { server in
      let answer = try Self.request(
        server, "POST /login", body: #"{"token": "\#(holder.token.text)"}"#)
      let until = answer.fields["set-cookie"]
      #expect(until?.contains("Max-Age=60;") == true, "no longer than its token: \(answer.fields)")
      #expect(answer.text == #"{"principal":"token/media","end":"\#(end)"}"#)
      let (one, other) = (try Self.cookie(of: answer), try Self.logIn(server, holder))
      let out = try Self.request(server, "POST /logout", one + Self.ownOrigin(server))
      #expect(out.status == 204 && out.fields["set-cookie"]?.contains("Max-Age=0") == true)
      let over = try Self.request(server, "GET /jobs", one)
      #expect(over.status == 401 && over.fields["set-cookie"]?.contains("Max-Age=0") == true)
      // What is open to everyone stays so.
      #expect(try Self.request(server, "GET /login", one).text.contains("<form method"))
      #expect(try Self.request(server, "GET /healthz", one).status == 200)
      #expect(try Self.request(server, "GET /jobs", other).status == 200)
      // A reload that gives the token less, and then one without it.
      server.authenticator.use(holder.rules(may: [.submit]))
      #expect(try Self.request(server, "GET /jobs", other).status == 403)
      server.authenticator.use(try Holder().rules())
      #expect(try Self.request(server, "GET /jobs", other).status == 401)
      server.authenticator.use(holder.rules())
      #expect(try Self.request(server, "GET /jobs", other).status == 401, "it does not come back")
    }
  }

  @Test(arguments: [
    ("", 400), ("{", 400), ("{}", 400), ("token=", 400), ("other=1", 400), ("token=a&token=b", 400),
    (#"{"token":1}"#, 400), (#"{"token":"a","b":1}"#, 400), ("token=%zz", 400), ("\u{ff}", 400),
    ("token=hrun_1", 401), (#"{"token":"hrun_1"}"#, 401),
    ("token=" + String(repeating: "a", count: 5000), 413),
  ])
  func `a login without a token is refused`(body: String, status: Int) async throws {
    let holder = try Holder()
    let answers = try await TestServer.run(access: holder.rules()) { server in
      [
        try Self.request(server, "POST /login", body: body),
        try Self.request(server, "POST /login", Self.page, body: body),
      ]
    }
    #expect(answers.map(\.status) == [status, status])
    #expect(answers.allSatisfy { $0.fields["set-cookie"] == nil })
    // A challenge for Basic would open a window of the browser's own.
    #expect(answers.allSatisfy { $0.fields["www-authenticate"]?.contains("Basic") != true })
    if status != 413 { #expect(answers[1].text.contains("role=\"alert\"")) }
  }

  @Test func `behind a TLS proxy the cookie is secure, and is dropped by its name`() async throws {
    let holder = try Holder()
    try await TestServer.run(access: holder.rules()) { server in
      let origin = "Origin: https://localhost:\(server.port)\r\n"
      let begun = try Self.request(
        server, "POST /login", origin, body: "token=\(holder.token.text)")
      #expect(begun.fields["set-cookie"]?.hasPrefix("__Host-http-runner=") == true)
      #expect(begun.fields["set-cookie"]?.hasSuffix("; Secure") == true)
      let cookie = try Self.cookie(of: begun)
      #expect(try Self.request(server, "GET /jobs", cookie).status == 200)
      #expect(try Self.request(server, "POST /logout", cookie + origin).status == 204)
      let over = try Self.request(server, "GET /jobs", cookie)
      #expect(over.status == 401)
      #expect(over.fields["set-cookie"]?.hasPrefix("__Host-http-runner=; ") == true)
    }
  }

  // Proves P-331.
  @Test(arguments: ["Origin: http://evil.example", "Sec-Fetch-Site: cross-site", "Origin: null"])
  func `a page of another site logs nobody in or out`(field: String) async throws {
    let holder = try Holder()
    try await TestServer.run(access: holder.rules()) { server in
      let refused = try Self.request(
        server, "POST /login", field + "\r\n", body: "token=\(holder.token.text)")
      #expect(refused.status == 403 && refused.fields["set-cookie"] == nil)
      let cookie = try Self.logIn(server, holder)
      #expect(try Self.request(server, "POST /logout", cookie + field + "\r\n").status == 403)
      #expect(try Self.request(server, "GET /jobs", cookie).status == 200)
    }
  }

  @Test func `a browser that can log in is not asked for a password`() async throws {
    let holder = try Holder()
    let rules = holder.rules()
    try await TestServer.run(access: rules) { server in
      for field in ["Accept: text/html,*/*;q=0.8\r\n", "Sec-Fetch-Site: same-origin\r\n", ""] {
        let client = try server.client()
        client.send("GET /jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(field)\r\n")
        let text = try client.everything()
        #expect(text.hasPrefix("HTTP/1.1 401 ") && text.contains("at /login"), "\(text)")
        #expect(text.contains("WWW-Authenticate: Bearer"))
        #expect(text.contains("WWW-Authenticate: Basic") == field.isEmpty, "\(text)")
      }
    }
  }

  // Proves P-330.
  @Test func `a wrong token and a wrong cookie are held back, and right ones are not`()
    async throws
  {
    let holder = try Holder()
    let held = try await TestServer.run(access: holder.rules(), clock: EndlessClock()) {
      server in
      let head = "HTTP/1.1\r\nHost: localhost\r\n"
      let clients = try (0..<8).map { number in
        let client = try server.client()
        let wrong = "{\"token\": \"\(AccessToken.random().text)\"}"
        client.send(
          number % 2 == 0
            ? "POST /login \(head)Content-Length: \(wrong.utf8.count)\r\n\r\n\(wrong)"
            : "GET /jobs \(head)Cookie: http-runner=\(SessionSecret.random().text)\r\n\r\n")
        return client
      }
      let cookie = try Self.logIn(server, holder)
      #expect(try Self.request(server, "GET /jobs", cookie).status == 200)
      try server.awaitRequests(clients.count)
      #expect(clients.allSatisfy { !$0.unread.contains("HTTP/1.1 4") })
      return HeldClients(clients: clients)
    }
    for client in held.clients { #expect(try client.response().status == 401) }
  }

  /// Clients that outlive their server.
  ///
  /// SAFETY: the body of `TestServer.run` has ended when they are used again: one thread at a time.
  private struct HeldClients: @unchecked Sendable {
    let clients: [RawClient]
  }

  // Twin of P-330.
  @Test func `where nothing is asked for there is nothing to log in to`() async throws {
    try await TestServer.run { (server) throws -> Void in
      for line in ["GET /login", "POST /login", "POST /logout"] {
        #expect(try Self.request(server, line, body: "token=x").status == 404)
      }
      #expect(try Self.request(server, "GET /jobs").status == 200)
    }
  }
}
