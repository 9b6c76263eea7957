import Glibc
import TestSupport
import Testing

/// Callbacks that are owed are sent, whatever happens to the service or to its receivers.
struct CallbackTests {
  /// A configuration with one entry, and short waits between tries.
  private static func config(_ callbacks: String = "") -> String {
    """
    {service: {callbacks: {retries: ["50ms", "100ms", "100ms", "200ms", "1s", "1s", "1s", "1s"],
      \(callbacks)}}, entries: {echo: {path: "/bin/echo"}, nap: {path: "/bin/sleep"}}}
    """
  }

  private func server(
    _ callbacks: String = "", predecessor: RunnerProcess? = nil, options: [String] = []
  ) throws -> RunningServer {
    try RunningServer(
      whitelist: [], options: options, predecessor: predecessor, config: Self.config(callbacks))
  }

  private func report(_ server: RunningServer, _ id: String) throws -> JSONValue {
    let reply = try server.client.get("/\(id)/callbacks")
    guard reply.status == 200 else { throw TestFailure("\(reply.startLine) \(reply.text)") }
    return try JSONValue(reply.text)
  }

  /// What became of a callback, once it is in that state.
  private func report(
    _ server: RunningServer, _ id: String, once state: String
  ) throws -> JSONValue {
    try waiting(for: "callback of \(id) to be \(state)") {
      let report = try report(server, id)
      return report["state"]?.string == state ? report : nil
    }
  }

  private func words(_ report: JSONValue) -> [String] {
    (report["attempts"]?.array ?? []).map { attempt in
      attempt["error"]?.string ?? attempt["status"]?.integer.map { "\($0)" } ?? "?"
    }
  }

  // Proves P-053.
  @Test func `what is on its way at a kill -9 is sent again under the same id`() throws {
    let receiver = try CallbackReceiver()
    let first = try server()
    let id = try first.submit("echo", ["x"], callback: receiver.url)
    let (unanswered, connection) = try receiver.receive()
    first.process.child.send(SIGKILL)
    _ = try first.process.child.wait()
    withExtendedLifetime(connection) {}
    let second = try server(predecessor: first.process)
    let again = try receiver.next()
    #expect(unanswered["webhook-id"] == id && again["webhook-id"] == id)
    #expect(again.body == unanswered.body)
    #expect(words(try report(second, id, once: "delivered")) == ["200"])
  }

  // Proves P-053.
  @Test func `what runs at a kill -9 is told when the service is there again`() throws {
    let receiver = try CallbackReceiver()
    let first = try server()
    let id = try first.submit("nap", ["1000"], callback: receiver.url)
    first.process.child.send(SIGKILL)
    _ = try first.process.child.wait()
    let second = try server(predecessor: first.process)
    let told = try receiver.next()
    #expect(told["webhook-id"] == id)
    #expect(try JSONValue(told.text)["outcome"]?.string == "interrupted")
    _ = try report(second, id, once: "delivered")
  }

  @Test func `a receiver that is away at first gets it when it is there`() throws {
    var receiver: CallbackReceiver? = try CallbackReceiver()
    let port = try #require(receiver).port
    receiver = nil
    let server = try server()
    let id = try server.submit("echo", ["x"], callback: "http://127.0.0.1:\(port)/x?token=hidden")
    _ = try waiting(for: "two tries") {
      try words(report(server, id)).count >= 2 ? true : nil
    }
    let back = try CallbackReceiver(port: port)
    let told = try back.next()
    #expect(told.startLine == "POST /x?token=hidden HTTP/1.1")
    let end = try report(server, id, once: "delivered")
    #expect(words(end).dropLast().allSatisfy { $0 == "connection_failed" })
    #expect(words(end).last == "200")
    #expect(end["callback"]?.string == "http://127.0.0.1:\(port)/x")
  }

  // Proves P-053.
  @Test func `what is not answered at a stop is sent at the next start`() throws {
    let receiver = try CallbackReceiver()
    let first = try server()
    let id = try first.submit("echo", ["x"], callback: receiver.url)
    let (unanswered, connection) = try receiver.receive()
    #expect(try first.stop() == .exited(0))
    withExtendedLifetime(connection) {}
    let second = try server(predecessor: first.process)
    #expect(unanswered["webhook-id"] == id)
    #expect(try receiver.next()["webhook-id"] == id)
    _ = try report(second, id, once: "delivered")
  }

  // Proves P-054.
  @Test func `hundreds that are owed to a dead receiver delay no other`() throws {
    let dead = try CallbackReceiver()
    let live = try CallbackReceiver()
    let server = try server(options: ["-n", "10"])
    var ids: [String] = []
    for _ in 0..<200 { ids.append(try server.submit("echo", ["x"], callback: dead.url)) }
    try dead.waitForVisitor()
    let idle = try IdleTime()
    let id = try server.submit("echo", ["now"], callback: live.url)
    #expect(try live.next()["webhook-id"] == id)
    #expect(try idle.seconds() < 5)
    // Their jobs are kept, however few are.
    #expect(try server.client.get("/\(ids[0])").status == 200)
    _ = try report(server, ids[199], once: "owed")
  }

  @Test func `a callback is delivered again by request`() throws {
    let receiver = try CallbackReceiver()
    let server = try server()
    let id = try server.submit("echo", ["x"], callback: receiver.url)
    let first = try receiver.next()
    _ = try report(server, id, once: "delivered")
    let reply = try server.client.ask("POST", "/\(id)/redeliver")
    #expect(reply.status == 202 && reply["location"] == "callbacks")
    let again = try receiver.next()
    #expect(again["webhook-id"] == id && again.body == first.body)
    let ask = { (id: String) throws in try server.client.ask("POST", "/\(id)/redeliver").status }
    let plain = try server.submit("echo", ["x"])
    _ = try server.finished(plain)
    #expect(try ask(plain) == 409)
    #expect(try server.client.get("/\(plain)/callbacks").status == 404)
    #expect(try ask(try server.submit("nap", ["1000"], callback: receiver.url)) == 409)
    #expect(try ask(String(repeating: "0", count: 40)) == 404)
    #expect(try server.client.get("/\(id)/redeliver").status == 405)
  }

  @Test func `a forbidden address is asked for nothing, until a reload allows it`() throws {
    let receiver = try CallbackReceiver()
    let server = try server(#"allow: ["10.0.0.0/8:1-65535"]"#)
    // By its number it is refused at submission, by a name when that is resolved.
    let literal = #"{"command":"echo","callback":"\#(receiver.url)"}"#
    #expect(try server.client.post(literal).status == 400)
    let name = receiver.url.replacing("127.0.0.1", with: "localhost")
    let id = try server.submit("echo", ["x"], callback: name)
    let refused = try report(server, id, once: "given_up")
    #expect(words(refused) == ["address_refused"])
    let port = receiver.port
    let text = Self.config("allow: [\"127.0.0.1:\(port)\", \"[::1]:\(port)\"]")
    try Files.write(text, to: server.process.configPath, mode: 0o600)
    server.process.child.send(SIGHUP)
    _ = try server.process.logLine("reloaded: ")
    #expect(try server.client.ask("POST", "/\(id)/redeliver").status == 202)
    #expect(try receiver.next()["webhook-id"] == id)
    #expect(try server.client.post(literal).status == 202)
  }

  // Proves P-057.
  @Test func `the service is not asked to run jobs by a callback to itself`() throws {
    let server = try server()
    let url = "http://127.0.0.1:\(server.client.port)/"
    let reply = try server.client.post(#"{"command":"echo","callback":"\#(url)"}"#)
    #expect(reply.status == 400 && reply.text.contains("is this service"), "\(reply.text)")
  }

  // Proves P-058.
  @Test func `a receiver verifies signatures with its own means, through a change of secrets`()
    throws
  {
    let old = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    let new = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    let receiver = try CallbackReceiver()
    let server = try server(#"secrets: ["whsec_\#(old)"]"#)
    _ = try server.submit("echo", ["ü€"], callback: receiver.url)
    let first = try receiver.next()
    #expect(first["webhook-signature"] == (try signature(of: first, old)))
    let text = Self.config(#"secrets: ["whsec_\#(new)", "whsec_\#(old)"]"#)
    try Files.write(text, to: server.process.configPath, mode: 0o600)
    server.process.child.send(SIGHUP)
    _ = try server.process.logLine("reloaded: ")
    _ = try server.submit("echo", ["ü€"], callback: receiver.url)
    let second = try receiver.next()
    let expected = try [signature(of: second, new), signature(of: second, old)]
    #expect(second["webhook-signature"] == expected.joined(separator: " "))
    #expect(!server.process.log.contains(old) && !server.process.log.contains(new))
  }

  /// As Python computes it.
  private func signature(of request: HTTPMessage, _ secret: String) throws -> String {
    let program = """
      import base64, hashlib, hmac, sys
      head = sys.argv[2] + "." + sys.argv[3] + "."
      code = hmac.new(base64.b64decode(sys.argv[1]), (head + sys.argv[4]).encode(), hashlib.sha256)
      print("v1," + base64.b64encode(code.digest()).decode(), end="")
      """
    let id = try #require(request["webhook-id"])
    let time = try #require(request["webhook-timestamp"])
    return try CommandRun(
      "/usr/bin/python3", ["-c", program, secret, id, time, request.text],
      environment: ["PATH": Child.plainPath, "LANG": "C.UTF-8"]
    ).stdout
  }

  // Proves P-059.
  @Test func `a file with secrets that others may read is refused, also at a reload`() throws {
    let server = try server()
    let text = Self.config(#"secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]"#)
    try Files.write(text, to: server.process.configPath, mode: 0o640)
    server.process.child.send(SIGHUP)
    #expect(try server.process.logLine("callbacks.secrets").contains("chmod go-r"))
    _ = try server.process.logLine("the configuration stays as it was")
    try Files.setMode(0o600, of: server.process.configPath)
    server.process.child.send(SIGHUP)
    _ = try server.process.logLine("reloaded: ")
  }

  @Test func `without a state folder what is owed is tried once more at the stop`() throws {
    let receiver = try CallbackReceiver()
    let server = try server(options: ["--state", "none"])
    let id = try server.submit("nap", ["1000"], callback: receiver.url)
    server.process.child.send(SIGTERM)
    #expect(try receiver.next()["webhook-id"] == id)
    #expect(try server.process.child.wait() == .exited(0))
  }
}
