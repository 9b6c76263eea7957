import Glibc
import TestSupport
import Testing

/// Tokens as an operator makes them, and a service that asks for them.
struct TokenTests {
  /// A token file and the program that edits it.
  private struct Tokens {
    let folder: RootFolder
    var file: String { folder("tokens.json") }

    init() throws { folder = try RootFolder() }

    func run(_ words: [String]) throws -> CommandRun {
      try CommandRun(try Binaries.runner(), ["token"] + words + ["--tokens", file])
    }

    /// The token that `words` make.
    func make(_ words: String...) throws -> String {
      let run = try run(words)
      guard run.ending == .exited(0) else { throw TestFailure(run.stderr) }
      return String(run.stdout.dropLast())
    }

    func server(_ options: [String] = []) throws -> RunningServer {
      try RunningServer(whitelist: ["/bin/echo"], options: ["--tokens", file] + options)
    }
  }

  private static func status(
    _ server: RunningServer, _ token: String?, _ method: String = "GET", _ target: String = "/jobs",
    body: String? = nil
  ) throws -> Int {
    let headers = token.map { [("Authorization", "Bearer \($0)")] } ?? []
    return try server.client.ask(
      method, target, headers: headers, body: body.map { Array($0.utf8) }
    ).status
  }

  private static func reload(_ server: RunningServer, until line: String) throws {
    server.process.child.send(SIGHUP)
    _ = try server.process.logLine(line)
  }

  // Proves P-240, P-241.
  @Test func `a token opens the service, and nothing else does`() throws {
    let tokens = try Tokens()
    let token = try tokens.make("add", "media", "--entry", "/bin/echo")
    let server = try tokens.server()
    let job = #"{"command":"/bin/echo","args":["x"]}"#
    #expect(try Self.status(server, nil, "POST", "/", body: job) == 401)
    #expect(try Self.status(server, nil) == 401)
    #expect(try Self.status(server, token, "POST", "/", body: job) == 202)
    #expect(try Self.status(server, token) == 200)
    #expect(try Self.status(server, token, "POST", "/queue/pause") == 403, "it may not operate")
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
    #expect(!server.process.log.contains(token))
  }

  // Proves P-241.
  @Test func `of two tokens each sees its own jobs, on the disk too`() throws {
    let tokens = try Tokens()
    let (one, other) = (try tokens.make("add", "one"), try tokens.make("add", "other"))
    let all = try tokens.make("add", "all", "--jobs", "all")
    let server = try tokens.server()
    let job = #"{"command":"/bin/echo","args":["x"]}"#
    func ask(_ token: String, _ target: String) throws -> HTTPMessage {
      try server.client.ask("GET", target, headers: [("Authorization", "Bearer \(token)")])
    }
    let made = try server.client.ask(
      "POST", "/", headers: [("Authorization", "Bearer \(one)")], body: Array(job.utf8))
    let id = try #require(JSONValue(made.text)["id"]?.string)
    for (token, count) in [(one, 1), (other, 0), (all, 1)] {
      for query in ["", "?command=/bin/echo", "?status=finished&command=/bin/none"] {
        let jobs = try JSONValue(ask(token, "/jobs" + query).text)["jobs"]?.array
        #expect(jobs?.count == (query.hasSuffix("none") ? 0 : count), "\(query)")
      }
      #expect(try ask(token, "/\(id)/stdout").status == (count == 1 ? 200 : 404))
    }
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-240.
  @Test func `without a token file the same requests are answered`() throws {
    let server = try RunningServer(whitelist: ["/bin/echo"])
    let job = #"{"command":"/bin/echo","args":["x"]}"#
    #expect(try Self.status(server, nil, "POST", "/", body: job) == 202)
    #expect(try Self.status(server, nil) == 200)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-242.
  @Test func `the file holds no token, and root alone reads it`() throws {
    let tokens = try Tokens()
    let token = try tokens.make("add", "media")
    let text = try #require(Files.text(of: tokens.file))
    #expect(!text.contains(token.dropFirst(5).prefix(40)))
    let mode = try CommandRun("/usr/bin/stat", ["-c", "%a", tokens.file]).stdout
    #expect(mode == "600\n")
    // Who has neither root's id nor a capability, as the listening process, cannot open it.
    let reading = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "/bin/cat"]
    let stranger = try CommandRun("/usr/bin/setpriv", reading + [tokens.file])
    #expect(stranger.ending == .exited(1) && stranger.stdout.isEmpty, "\(stranger.stderr)")
    // The twin: another file there is read so.
    try Files.write("seen", to: tokens.folder("other"))
    #expect(try CommandRun("/usr/bin/setpriv", reading + [tokens.folder("other")]).stdout == "seen")
    let list = try tokens.run(["list", "--json"])
    #expect(list.ending == .exited(0) && !list.stdout.contains("sha256"), "\(list.stdout)")
    #expect(try JSONValue(list.stdout)["tokens"]?.array?.count == 1)
    #expect(try tokens.run(["add", "media"]).ending == .exited(71), "the name is taken")
    #expect(try tokens.run(["add", "two words"]).ending == .exited(64))
    #expect(try tokens.run(["revoke", "other"]).ending == .exited(71))
  }

  @Test func `a change goes to the file that a link leads to, and into no folder of others`() throws
  {
    let tokens = try Tokens()
    _ = try tokens.make("add", "one")
    let link = tokens.folder("link.json")
    #expect(unsafe symlink(tokens.file, link) == 0)
    let runner = try Binaries.runner()
    let added = try CommandRun(runner, ["token", "add", "two", "--tokens", link])
    #expect(added.ending == .exited(0), "\(added.stderr)")
    #expect(try CommandRun("/usr/bin/readlink", [link]).stdout == tokens.file + "\n")
    let list = try tokens.run(["list", "--json"])
    #expect(try JSONValue(list.stdout)["tokens"]?.array?.count == 2)
    // Another user could rename an older file back there, and with it what was revoked.
    let shared = tokens.folder("shared")
    try Files.makeFolder(shared, mode: 0o777)
    let file = shared + "/tokens.json"
    let refused = try CommandRun(runner, ["token", "add", "x", "--tokens", file])
    #expect(refused.ending == .exited(71) && refused.stderr.contains("chmod go-w"))
    #expect(!Files.exists(file))
    try Files.setMode(0o755, of: shared)
    #expect(try CommandRun(runner, ["token", "add", "x", "--tokens", file]).ending == .exited(0))
  }

  @Test func `what is left out makes no token wider or longer`() throws {
    let tokens = try Tokens()
    _ = try tokens.make("add", "media", "--expires", "90d")
    let rotated = try tokens.run(["rotate", "media"])
    #expect(rotated.ending == .exited(71) && rotated.stderr.contains("--expires"))
    #expect(rotated.stdout.isEmpty)
    _ = try tokens.make("rotate", "media", "--expires", "90d", "--overlap", "0")
    for options in [
      ["--entry", ","], ["--entry", "a,,b"], ["--expires", "0"], ["--running", "0"],
    ] {
      #expect(try tokens.run(["add", "other"] + options).ending == .exited(64), "\(options)")
    }
    #expect(try tokens.run(["list"]).stdout.split(separator: "\n").count == 1)
  }

  @Test func `a reload takes up what was made, rotated and revoked`() throws {
    let tokens = try Tokens()
    let first = try tokens.make("add", "first")
    let server = try tokens.server()
    let second = try tokens.make("add", "second")
    let renewed = try tokens.make("rotate", "first")
    #expect(try Self.status(server, second) == 401, "not before the reload")
    try Self.reload(server, until: "reloaded: ")
    for token in [first, second, renewed] { #expect(try Self.status(server, token) == 200) }
    #expect(try tokens.run(["revoke", "first"]).ending == .exited(0))
    let seen = server.process.log.ranges(of: "reloaded: ").count
    server.process.child.send(SIGHUP)
    try waiting(until: "it is reloaded again") {
      server.process.log.ranges(of: "reloaded: ").count > seen
    }
    #expect(try Self.status(server, first) == 401 && Self.status(server, renewed) == 401)
    #expect(try Self.status(server, second) == 200)
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }

  // Proves P-330.
  @Test func `a session ends with its token at the reload, and no log has its secret`() throws {
    let tokens = try Tokens()
    let token = try tokens.make("add", "media")
    let server = try tokens.server()
    let login = Array("token=\(token)".utf8)
    let begun = try server.client.ask("POST", "/login", body: login)
    let cookie = try #require(begun["set-cookie"]?.split(separator: ";").first.map { String($0) })
    func status(_ method: String, _ target: String, _ fields: [(String, String)]) throws -> Int {
      try server.client.ask(method, target, headers: [("Cookie", cookie)] + fields).status
    }
    #expect(try begun.status == 200 && status("GET", "/jobs", []) == 200)
    #expect(try status("POST", "/queue/pause", [("Sec-Fetch-Site", "same-origin")]) == 403)
    #expect(try tokens.run(["revoke", "media"]).ending == .exited(0))
    #expect(try status("GET", "/jobs", []) == 200, "not before the reload")
    try Self.reload(server, until: "reloaded: ")
    #expect(try status("GET", "/jobs", []) == 401)
    #expect(try server.client.ask("POST", "/login", body: login).status == 401)
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
    let secret = try #require(cookie.split(separator: "=").last)
    #expect(server.process.log.contains("token/media logged in"))
    #expect(!server.process.log.contains(secret) && !server.process.log.contains(token))
  }

  // Twin of P-330.
  @Test func `a listener that takes no sessions has no login, and no use for a cookie`() throws {
    let tokens = try Tokens()
    let token = try tokens.make("add", "media")
    let server = try tokens.server(["--listen", "127.0.0.1:0,auth=token"])
    let login = Array("token=\(token)".utf8)
    #expect(try server.client.ask("POST", "/login", body: login).status == 404)
    #expect(try Self.status(server, token) == 200)
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }

  @Test func `a reload with a broken token file changes nothing`() throws {
    let tokens = try Tokens()
    let token = try tokens.make("add", "media")
    let server = try tokens.server()
    try Files.write(#"{"tokens": [{"name": 1}]}"#, to: tokens.file)
    try Self.reload(server, until: "tokens[0].name")
    #expect(try Self.status(server, token) == 200 && Self.status(server, nil) == 401)
    #expect(try server.stop() == .exited(0))
  }

  @Test func `a token file that is missing or open to others stops the start`() throws {
    let tokens = try Tokens()
    func start() throws -> RunnerProcess {
      try RunnerProcess(whitelist: ["/bin/echo"], options: ["--tokens", tokens.file])
    }
    let missing = try start()
    #expect(try missing.child.wait() == .exited(78))
    #expect(missing.log.contains("token add NAME"), "\(missing.log)")
    _ = try tokens.make("add", "media")
    try Files.setMode(0o622, of: tokens.file)
    let open = try start()
    #expect(try open.child.wait() == .exited(78))
    #expect(open.log.contains("chmod go-w"), "\(open.log)")
  }
}
