import RunnerCore
import Testing

@testable import RunnerHTTP

struct BrowsersTests {
  private static let json = #"{"command":"/bin/program"}"#
  private static let job = "/" + String(repeating: "0", count: 40)

  private static func post(host: String, _ fields: String) async throws -> RawResponse {
    var settings = HTTPSettings()
    settings.hostNames = ["Runner.Example"]
    return try await TestServer.run(settings) { server in
      try server.ask(
        """
        POST / HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 26\r\n\(fields)\r\n\(json)
        """)
    }
  }

  @Test(arguments: [
    "localhost", "LOCALHOST:9000", "127.0.0.1", "127.0.0.1:9000", "192.168.1.2:80", "[::1]",
    "[fe80::1]:9000", "[::ffff:1.2.3.4]", "runner.example", "RUNNER.EXAMPLE:1",
  ])
  func `a known name is served`(host: String) async throws {
    #expect(try await Self.post(host: host, "").status == 202)
  }

  @Test(arguments: [
    "evil.example", "localhost.evil.example", "xlocalhost", "127.0.0.1.evil.example", "1.2.3",
    "1.2.3.4.5", "256.1.1.1", "0x7f.1.1.1", "localhost:", "localhost:x", "localhost:123456",
    "[evil.example]", "[::1", "[::1]x", "[]", "::1", "localhost@evil", "localhost, localhost",
    "runner.example.", "user@runner.example",
  ])
  func `any other name is 403 and says which flag admits it`(host: String) async throws {
    let answer = try await Self.post(host: host, "")
    #expect(answer.status == 403)
    #expect(answer.text.contains("--host-name NAME"))
    #expect(!answer.fields.keys.contains { $0.hasPrefix("access-control") })
  }

  @Test(arguments: [
    ("nas", ["nas", "NAS:9000", "nas.local", "Nas.Local:80"], ["nas.lan", "nas.local.x", "snas"]),
    ("nas.home.arpa", ["nas.home.arpa", "nas", "nas.local"], ["home.arpa", "nas.home"]),
    ("", ["localhost"], ["", ".local", "local"]),
  ])
  func `this machine's own name is served, and in .local`(
    own: String, known: [String], unknown: [String]
  ) {
    let names = HostNames([], own: own)
    for name in known { #expect(names.allows(name), "\(name)") }
    for name in unknown { #expect(!names.allows(name), "\(name)") }
    for name in known where name != "localhost" {
      #expect(!HostNames([]).allows(name), "the twin: another machine's name, \(name)")
    }
  }

  @Test(arguments: [
    "Origin: http://localhost:9000", "Origin: http://LOCALHOST:9000",
    "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: none",
    "Sec-Fetch-Site: same-origin\r\nOrigin: http://localhost:9000",
  ])
  func `a page of this service may submit`(fields: String) async throws {
    #expect(try await Self.post(host: "localhost:9000", fields + "\r\n").status == 202)
  }

  @Test(arguments: [
    "Origin: http://evil.example", "Origin: http://localhost", "Origin: http://localhost:9001",
    "Origin: null", "Origin: ", "Origin: localhost:9000", "Origin: file://localhost:9000",
    "Origin: http://localhost:9000/", "Origin: http://localhost:9000.evil.example",
    "Origin: http://localhost:9000\r\nOrigin: http://localhost:9000",
    "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Sec-Fetch-Site: odd",
    "Sec-Fetch-Site: cross-site\r\nOrigin: http://localhost:9000",
    "Sec-Fetch-Site: none\r\nSec-Fetch-Site: none",
  ])
  func `a page of another site may not submit`(fields: String) async throws {
    let answer = try await Self.post(host: "localhost:9000", fields + "\r\n")
    #expect(answer.status == 403)
    #expect(answer.text.hasPrefix(#"{"message":"Forbidden","error":""#))
  }

  @Test(arguments: [
    ("localhost", "http://localhost:80"), ("localhost:80", "http://localhost"),
    ("localhost:443", "https://localhost"),
  ])
  func `the port that a scheme implies may be written or not`(
    host: String, origin: String
  ) async throws {
    #expect(try await Self.post(host: host, "Origin: \(origin)\r\n").status == 202)
  }

  @Test(arguments: [
    ("cross-site", 403), ("odd", 403), ("same-site", 404), ("same-origin", 404), ("none", 404),
  ])
  func `a page of another site may not read`(site: String, status: Int) async throws {
    let answer = try await TestServer.run { server in
      try server.get(Self.job, "Sec-Fetch-Site: \(site)\r\n")
    }
    #expect(answer.status == status)
  }

  @Test func `a link of another site leads to the pages and nowhere else`() async throws {
    let link = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nAccept: text/html\r\n"
    try await TestServer.run { server in
      for path in ["/", "/login", "/?a=b"] {
        let answer = try server.get(path, link)
        #expect(answer.status != 403, "\(path)")
      }
      for path in ["/jobs", "/commands", "/events", Self.job, "//", "/login/x"] {
        #expect(try server.get(path, link).status == 403, "\(path)")
      }
      for mode in ["", "Sec-Fetch-Mode: no-cors\r\n", "Sec-Fetch-Mode: cors\r\n"] {
        let fields = "Sec-Fetch-Site: cross-site\r\n" + mode
        #expect(try server.get("/", fields).status == 403, "\(mode)")
      }
      #expect(try server.get("/", "Sec-Fetch-Mode: cors\r\n" + link).status == 403)
      #expect(try server.post(Self.json, link).status == 403)
    }
  }

  @Test func `a preflight fails and carries no leave`() async throws {
    let answer = try await TestServer.run { server in
      try server.ask(
        """
        OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r
        Access-Control-Request-Method: POST\r\n\r\n
        """)
    }
    #expect(answer.status == 403)
    #expect(!answer.fields.keys.contains { $0.hasPrefix("access-control") })
  }
}
