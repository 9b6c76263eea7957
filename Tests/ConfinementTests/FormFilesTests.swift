import Glibc
import TestSupport
import Testing

/// Jobs whose files come with the request that submits them, through the real service.
struct FormFilesTests {
  private static let config = """
    {entries: {
      shell: {path: '/bin/sh', files: {in: '4M', out: ['*.out'], kept: '4M'}},
      plain: {path: '/bin/sh'}}}
    """

  private static func start(_ options: [String] = []) throws -> RunningServer {
    try RunningServer(whitelist: [], options: options, config: config)
  }

  /// A form of these parts: disposition, further lines, content.
  private static func form(_ parts: [(String, String, [UInt8])], isEnded: Bool = true) -> [UInt8] {
    var body: [UInt8] = []
    for (disposition, lines, content) in parts {
      body += Array("--b\r\nContent-Disposition: form-data; \(disposition)\r\n\(lines)\r\n".utf8)
      body += content + [0x0d, 0x0a]
    }
    return isEnded ? body + Array("--b--\r\n".utf8) : body
  }

  private static func job(_ script: String, _ command: String = "shell") -> (
    String, String, [UInt8]
  ) {
    let text =
      "{\"command\":\(JSONText.quoted(command)),\"args\":[\"-c\",\(JSONText.quoted(script))],"
      + "\"callback\":\"http://127.0.0.1:1/\"}"
    return ("name=job", "", Array(text.utf8))
  }

  private static func file(_ name: String, _ text: String, _ lines: String = "") -> (
    String, String, [UInt8]
  ) {
    ("name=\"files\"; filename=\"\(name)\"", lines, Array(text.utf8))
  }

  private static func post(
    _ server: RunningServer, _ body: [UInt8], _ target: String = "/?wait=30",
    _ headers: [(String, String)] = []
  ) throws -> HTTPMessage {
    try server.client.ask(
      "POST", target,
      headers: [("Content-Type", "multipart/form-data; boundary=b")] + headers, body: body)
  }

  /// Paths of all that is in the folder of files.
  private static func left(_ server: RunningServer) throws -> [String] {
    let run = try CommandRun(
      "/usr/bin/find", ["\(server.process.stateFolder)/files", "-mindepth", "1"])
    return run.stdout.split(separator: "\n").map { String($0) }
  }

  private static func ids(_ server: RunningServer) throws -> [String] {
    try (JSONValue(server.client.get("/jobs").text)["jobs"]?.array ?? []).compactMap {
      $0["id"]?.string
    }
  }

  /// The beginning of a form whose second file is on its way.
  private static func begin(
    _ server: RunningServer, _ headers: String = "", _ target: String = "/"
  ) throws -> Socket {
    let body = form([job("ls"), file("whole", "1"), file("cut", "2")], isEnded: false).dropLast(2)
    let socket = try Socket(port: server.client.port)
    socket.send(
      Array(
        """
        POST \(target) HTTP/1.1\r
        Host: localhost\r
        Content-Type: multipart/form-data; boundary=b\r
        Content-Length: \(body.count + 1000)\r
        \(headers)\r

        """.utf8) + body)
    try waiting(until: "its second file is on its way") {
      guard let id = try ids(server).first else { return false }
      let files = try JSONValue(server.client.get("/\(id)/files/").text)["files"]?.array ?? []
      return files.compactMap { $0["name"]?.string } == ["cut", "whole"]
    }
    return socket
  }

  // Twin of P-511.
  @Test func `curl and requests send a job with its files`() throws {
    let server = try Self.start()
    let folder = try RootFolder()
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try Files.write(bytes, to: folder("a b\".bin"), mode: 0o600)
    let url = "http://127.0.0.1:\(server.client.port)/?wait=30"
    let curl = try CommandRun(
      "/usr/bin/curl",
      [
        "-sS", "-F", "command=shell", "-F", "arg=-c", "--form-string",
        "arg=cat a* c.bin > r.out; ls -A",
      ]
        + ["-F", "labels.from=curl", "-F", "files=@\"\(folder("a b\\\".bin"))\""]
        + ["-F", "files.c.bin=@\"\(folder("a b\\\".bin"))\";type=x/y", url])
    let job = try JSONValue(curl.stdout)
    #expect(job["stdout"]?.string == "a b\".bin\nc.bin\nr.out\n", "\(curl.stdout)\(curl.stderr)")
    #expect(job["labels"]?["from"]?.string == "curl" && job["files"]?.array?.count == 1)
    let id = try #require(job["id"]?.string)
    #expect(try server.client.get("/\(id)/files/r.out").body == bytes + bytes)
    let script = """
      import io, json, requests, sys
      made = requests.post(sys.argv[1], data={"job": json.dumps({"command": "shell",
        "args": ["-c", "cat *"]})}, files=[("files", ("ä.txt", io.BytesIO(b"one"))),
        ("files.b", ("x", b"two"))], timeout=60)
      print(made.status_code, made.json()["stdout"])
      """
    let python = try CommandRun("/usr/bin/python3", ["-c", script, url])
    #expect(python.stdout == "200 twoone\n", "\(python.stdout)\(python.stderr)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-511.
  @Test func `a form that is refused leaves neither job nor file`() throws {
    let server = try Self.start()
    let zeros = String(repeating: "A", count: 43) + "="
    let ran = ("name=job", "", Array("{".utf8))
    let cases: [(String, [(String, String, [UInt8])], Int)] = [
      ("too long", [Self.job("ls"), Self.file("a", String(repeating: "x", count: 5 << 20))], 413),
      (
        "wrong digest",
        [Self.job("ls"), Self.file("a", "1", "Content-Digest: sha-256=:\(zeros):\r\n")],
        400
      ),
      ("a name twice", [Self.job("ls"), Self.file("a", "1"), Self.file("a", "2")], 400),
      ("a path", [Self.job("ls"), Self.file("a", "1"), Self.file("../a", "2")], 400),
      ("a hidden name", [Self.job("ls"), Self.file(".a", "2")], 400),
      ("no name", [Self.job("ls"), Self.file("", "2")], 400),
      ("no file field", [Self.job("ls"), ("name=x; filename=a", "", [1])], 400),
      ("a field behind", [Self.job("ls"), Self.file("a", "1"), ("name=arg", "", [1])], 400),
      ("no files.in", [Self.job("ls", "plain"), Self.file("a", "1")], 400),
      ("no job", [Self.file("a", "1"), Self.job("ls")], 400),
      ("no JSON", [ran, Self.file("a", "1")], 400),
      ("no command", [Self.job("ls", "none"), Self.file("a", "1")], 400),
    ]
    for (name, parts, status) in cases {
      let answer = try Self.post(server, Self.form(parts))
      #expect(answer.status == status && answer["connection"] == "close", "\(name): \(answer.text)")
      #expect(try Self.ids(server) == [], "\(name)")
      #expect(try Self.left(server) == [], "\(name)")
    }
    let many = (0...64).map { Self.file("f\($0)", "") }
    #expect(try Self.post(server, Self.form([Self.job("ls")] + many)).status == 400)
    let cut = Self.form([Self.job("ls"), Self.file("a", "1")], isEnded: false)
    #expect(try Self.post(server, cut).status == 400)
    #expect(try Self.ids(server) == [] && Self.left(server) == [])
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-512.
  @Test func `a form that is cut, or whose service dies, leaves neither job nor file`() throws {
    let server = try Self.start()
    var socket: Socket? = try Self.begin(server, "Idempotency-Key: k\r\n")
    // The same request meanwhile, as after a break that the service has not noticed.
    let whole = Self.form([Self.job("ls"), Self.file("whole", "1"), Self.file("cut", "2")])
    let early = try Self.post(server, whole, "/?wait=30", [("Idempotency-Key", "k")])
    #expect(early.status == 409, "\(early.text)")
    _ = socket
    socket = nil
    try waiting(until: "it is forgotten") { try Self.ids(server) == [] }
    #expect(try Self.left(server) == [])
    let again = try Self.post(server, whole, "/?wait=30", [("Idempotency-Key", "k")])
    #expect(again.status == 200, "\(again.text)")
    let repeated = try Self.post(server, whole, "/", [("Idempotency-Key", "k")])
    #expect(
      try repeated.status == 202 && JSONValue(repeated.text)["id"] == JSONValue(again.text)["id"],
      "\(repeated.text)")
    let kept = try Self.ids(server)
    let last = try Self.begin(server)
    server.process.child.send(SIGKILL)
    _ = try server.process.child.wait()
    _ = last
    let next = try RunningServer(
      whitelist: [], predecessor: server.process, config: Self.config)
    try waiting(until: "it is forgotten") { try Self.ids(next) == kept }
    #expect(try Self.left(next) == [])
    #expect(try next.stop() == .exited(0))
  }

  // Twin of P-512.
  @Test func `a form that is held stays, and its files with it`() throws {
    let server = try Self.start()
    let held = try Self.post(
      server, Self.form([Self.job("cat *"), Self.file("a", "1")]), "/?hold=1")
    #expect(held.status == 202, "\(held.text)")
    let id = try #require(JSONValue(held.text)["id"]?.string)
    #expect(try server.client.ask("PUT", "/\(id)/files/b", body: [0x32]).status == 201)
    #expect(try server.client.ask("POST", "/\(id)/start", body: []).status == 202)
    #expect(try server.finished(id).stdout == "12")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-512.
  @Test func `a form that is to be held and is cut by the end of the service leaves nothing`()
    throws
  {
    let server = try Self.start()
    let held = try Self.post(
      server, Self.form([Self.job("cat *"), Self.file("a", "1")]), "/?hold=1")
    let kept = try #require(JSONValue(held.text)["id"]?.string)
    let last = try Self.begin(server, "Idempotency-Key: k\r\n", "/?hold=1")
    let filling = try #require(try Self.ids(server).first { $0 != kept })
    #expect(try server.client.ask("POST", "/\(filling)/start", body: []).status == 409)
    #expect(try server.client.ask("PUT", "/\(filling)/files/x", body: [0x32]).status == 409)
    server.process.child.send(SIGKILL)
    _ = try server.process.child.wait()
    _ = last
    let next = try RunningServer(whitelist: [], predecessor: server.process, config: Self.config)
    try waiting(until: "it is forgotten") { try Self.ids(next) == [kept] }
    let whole = Self.form([Self.job("ls"), Self.file("whole", "1"), Self.file("cut", "2")])
    let again = try Self.post(next, whole, "/?wait=30", [("Idempotency-Key", "k")])
    #expect(try JSONValue(again.text)["stdout"]?.string == "cut\nwhole\n", "\(again.text)")
    // The answer to the first request under the key may have been lost: its repetition waits, too.
    let repeated = try Self.post(next, whole, "/?wait=30", [("Idempotency-Key", "k")])
    #expect(repeated.status == 200 && repeated.text == again.text, "\(repeated.text)")
    let path = "/\(kept)/files/a"
    let refused = try next.client.ask(
      "PUT", path, headers: [("If-None-Match", "*")], body: [0x33])
    #expect(refused.status == 412, "\(refused.text)")
    #expect(try next.client.ask("POST", "/\(kept)/start", body: []).status == 202)
    #expect(try next.finished(kept).stdout == "1")
    #expect(try next.stop() == .exited(0))
  }
}
