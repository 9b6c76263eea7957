import Glibc
import TestSupport
import Testing

/// Files that go with jobs, through the real service, launcher and sandbox.
struct JobFilesTests {
  private static let config = """
    {entries: {
      shell: {path: '/bin/sh', files: {in: '4M', out: ['*.out'], kept: '1M'}},
      strict: {path: '/bin/sh', files: {in: '4M', out: ['*.out'], kept: '1M'},
        success: {stderrMustNot: ['bad']}},
      plain: {path: '/bin/sh'},
      film: {path: '/usr/bin/ffmpeg', files: {in: '64M', out: ['*.mp4']}}}}
    """

  private static func start(_ options: [String] = []) throws -> RunningServer {
    try RunningServer(whitelist: [], options: options, config: config)
  }

  private static func hold(
    _ server: RunningServer, _ command: String, _ arguments: [String]
  ) throws -> String {
    let words = arguments.map { JSONText.quoted($0) }.joined(separator: ",")
    let body = "{\"command\":\(JSONText.quoted(command)),\"args\":[\(words)]}"
    let answer = try server.client.ask("POST", "/?hold=1", body: Array(body.utf8))
    guard answer.status == 202, let id = try JSONValue(answer.text)["id"]?.string else {
      throw TestFailure("it was not held: \(answer.startLine) \(answer.text)")
    }
    return id
  }

  private static func put(
    _ server: RunningServer, _ id: String, _ name: String, _ bytes: [UInt8],
    _ headers: [(String, String)] = []
  ) throws -> HTTPMessage {
    try server.client.ask("PUT", "/\(id)/files/\(name)", headers: headers, body: bytes)
  }

  private static func finish(_ server: RunningServer, _ id: String) throws -> FinishedJob {
    let answer = try server.client.ask("POST", "/\(id)/start", body: [])
    guard answer.status == 202 else {
      throw TestFailure("it was not started: \(answer.startLine) \(answer.text)")
    }
    return try server.finished(id)
  }

  /// Paths of all that is in the folder of files.
  private static func left(_ server: RunningServer) throws -> [String] {
    let run = try CommandRun(
      "/usr/bin/find", ["\(server.process.stateFolder)/files", "-mindepth", "1"])
    return run.stdout.split(separator: "\n").map { String($0) }
  }

  private static func names(_ document: JSONValue) -> [String] {
    (document["files"]?.array ?? []).compactMap { $0["name"]?.string }
  }

  // Proves P-425.
  @Test func `a job finds its files as its own, and what it makes is kept`() throws {
    let server = try Self.start()
    let script = """
      stat -c '%U %a' . a.bin; cat a.bin b.txt > r.out; echo more >> a.bin; rm b.txt; echo ok
      """
    let id = try Self.hold(server, "shell", ["-c", script])
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(try Self.put(server, id, "a.bin", bytes).status == 201)
    let first = try Self.put(
      server, id, "b.txt", Array("hel".utf8), [("Content-Range", "bytes 0-2/5")])
    #expect(first.status == 202 && first["x-upload-offset"] == "3", "\(first.text)")
    let again = try Self.put(
      server, id, "b.txt", Array("lo".utf8), [("Content-Range", "bytes 4-5/6")])
    #expect(again.status == 409 && again["x-upload-offset"] == "3", "\(again.text)")
    #expect(try server.client.ask("POST", "/\(id)/start", body: []).status == 409)
    let last = try Self.put(
      server, id, "b.txt", Array("lo".utf8), [("Content-Range", "bytes 3-4/5")])
    #expect(last.status == 201, "\(last.text)")
    let list = try JSONValue(server.client.get("/\(id)/files/").text)
    #expect(Self.names(list) == ["a.bin", "b.txt"])
    let job = try Self.finish(server, id)
    #expect(job.code == 0, "\(job.document)")
    #expect(job.stdout == "job 700\njob 600\nok\n", "\(job.stdout)")
    #expect(Self.names(job.document) == ["r.out"])
    let file = try server.client.get("/\(id)/files/r.out")
    #expect(file.status == 200 && file.body == bytes + Array("hello".utf8))
    #expect(file["repr-digest"]?.hasPrefix("sha-256=:") == true)
    #expect(file["content-disposition"] == "attachment")
    let part = try server.client.ask(
      "GET", "/\(id)/files/r.out", headers: [("Range", "bytes=300000-")])
    #expect(part.status == 206 && part.text == "hello")
    #expect(try server.client.ask("DELETE", "/\(id)").status == 204)
    #expect(try Self.left(server) == [])
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-426.
  @Test func `what a job leaves beside plain files of its own is not taken`() throws {
    let server = try Self.start()
    let script = """
      ln -s /etc/passwd link.out; ln -s a.txt own.out; echo 1 > hard.out; ln hard.out two.out
      mkfifo pipe.out; mkdir folder.out; echo 2 > folder.out/x.out; truncate -s 2M long.out
      echo 3 > .hidden.out; echo 4 > other.txt; chmod 000 hard.out; echo 5 > good.out
      """
    let id = try Self.hold(server, "shell", ["-c", script])
    let job = try Self.finish(server, id)
    #expect(job.code == 0 && Self.names(job.document) == ["good.out"], "\(job.document)")
    #expect(try server.client.get("/\(id)/files/good.out").text == "5\n")
    #expect(try server.client.ask("DELETE", "/\(id)").status == 204)
    #expect(try Self.left(server) == [])
    try waiting(until: "the janitor to be done") { server.process.jobFolders().isEmpty }
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-426.
  @Test func `plain files are, whatever mode they have`() throws {
    let server = try Self.start()
    let script = "echo 1 > a.out; echo 2 > 'b c.out'; chmod 000 a.out; chmod 777 'b c.out'"
    let id = try Self.hold(server, "shell", ["-c", script])
    let job = try Self.finish(server, id)
    #expect(Self.names(job.document) == ["a.out", "b c.out"], "\(job.document)")
    #expect(try server.client.get("/\(id)/files/b%20c.out").text == "2\n")
    let modes = try CommandRun(
      "/usr/bin/find", ["\(server.process.stateFolder)/files", "-type", "f", "-printf", "%m\n"])
    #expect(modes.stdout == "600\n600\n")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-427.
  @Test(arguments: ["false", "kill -9 $$", "echo bad >&2", "sleep 1000"])
  func `of a job that fails or is cancelled nothing is left`(_ end: String) throws {
    let server = try Self.start()
    let id = try Self.hold(server, "strict", ["-c", "cp a.bin r.out && echo made; \(end)"])
    #expect(try Self.put(server, id, "a.bin", [1, 2, 3]).status == 201)
    #expect(try server.client.ask("POST", "/\(id)/start", body: []).status == 202)
    if end.hasPrefix("sleep") {
      try waiting(until: "the file is made") { try server.job(id)["stdout"]?.string == "made\n" }
      #expect(try server.client.ask("POST", "/\(id)/cancel", body: []).status == 202)
    }
    let job = try server.finished(id)
    #expect(job.code != 0 && job.stdout == "made\n", "\(job.document)")
    #expect(job.document["files"] == nil, "\(job.document)")
    #expect(try Self.left(server) == [])
    try waiting(until: "the janitor to be done") { server.process.jobFolders().isEmpty }
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-423.
  @Test func `uploads that are wrong leave nothing, and a held job that is cancelled neither`()
    throws
  {
    let server = try Self.start()
    let id = try Self.hold(server, "shell", ["-c", "ls"])
    let zeros = String(repeating: "A", count: 43) + "="
    let wrong = try Self.put(server, id, "a", [1], [("Content-Digest", "sha-256=:\(zeros):")])
    #expect(wrong.status == 400, "\(wrong.text)")
    let long = try Self.put(server, id, "a", [UInt8](repeating: 1, count: 5 << 20))
    #expect(long.status == 413, "\(long.text)")
    for name in ["..", ".a", "%2e%2e", "a%2Fb", "a%00b", "%ff", "%zz"] {
      #expect(try Self.put(server, id, name, [1]).status == 400, "\(name)")
    }
    #expect(try Self.put(server, id, "a/b", [1]).status == 404)
    var cut: Socket? = try Socket(port: server.client.port)
    cut?.send(
      Array("PUT /\(id)/files/cut HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nx".utf8))
    try waiting(until: "it is on its way") {
      Self.names(try JSONValue(server.client.get("/\(id)/files/").text)) == ["cut"]
    }
    cut = nil
    try waiting(until: "it is gone") {
      Self.names(try JSONValue(server.client.get("/\(id)/files/").text)) == []
    }
    #expect(try Self.put(server, id, "whole", [1]).status == 201)
    #expect(try server.client.ask("POST", "/\(id)/cancel", body: []).status == 202)
    #expect(try server.finished(id).document["outcome"]?.string == "cancelled")
    #expect(try Self.put(server, id, "late", [1]).status == 409)
    #expect(try Self.left(server) == [])
    let plain = try Self.hold(server, "plain", ["-c", "ls"])
    #expect(try Self.put(server, plain, "a", [1]).status == 409)
    #expect(try Self.finish(server, plain).stdout == "")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-428.
  @Test func `a held job and its files outlive a kill, and what ran leaves nothing`() throws {
    let first = try Self.start()
    let held = try Self.hold(first, "shell", ["-c", "cat a.bin"])
    #expect(try Self.put(first, held, "a.bin", Array("whole".utf8)).status == 201)
    #expect(
      try Self.put(first, held, "b", Array("pa".utf8), [("Content-Range", "bytes 0-1/4")]).status
        == 202)
    let runs = try Self.hold(first, "shell", ["-c", "cp a.bin r.out && echo made; sleep 1000"])
    #expect(try Self.put(first, runs, "a.bin", [1]).status == 201)
    #expect(try first.client.ask("POST", "/\(runs)/start", body: []).status == 202)
    try waiting(until: "the file is made") { try first.job(runs)["stdout"]?.string == "made\n" }
    first.process.child.send(SIGKILL)
    _ = try first.process.child.wait()
    let next = try RunningServer(
      whitelist: [], predecessor: first.process, config: Self.config)
    #expect(try next.finished(runs).document["outcome"]?.string == "interrupted")
    #expect(
      try Self.put(next, held, "b", Array("rt".utf8), [("Content-Range", "bytes 2-3/4")]).status
        == 201)
    #expect(try Self.finish(next, held).stdout == "whole")
    #expect(try Self.left(next) == [])
    try waiting(until: "the janitor to be done") { next.process.jobFolders().isEmpty }
    #expect(try next.stop() == .exited(0))
  }

  @Test func `ffmpeg makes a film of a film that was sent`() throws {
    let folder = try RootFolder()
    let made = try CommandRun(
      "/usr/bin/ffmpeg",
      ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=2"]
        + ["-c:v", "mpeg4", folder("in.avi")], seconds: patienceSeconds * 2)
    #expect(made.ending == .exited(0), "\(made.stderr)")
    let server = try Self.start()
    let id = try Self.hold(
      server, "film", ["-v", "error", "-i", "in.avi", "-c:v", "mpeg4", "out.mp4"])
    let bytes = try #require(Files.bytes(of: folder("in.avi")))
    #expect(try Self.put(server, id, "in.avi", bytes).status == 201)
    let job = try Self.finish(server, id)
    #expect(job.code == 0 && Self.names(job.document) == ["out.mp4"], "\(job.document)")
    let film = try server.client.get("/\(id)/files/out.mp4")
    #expect(film.body.count > 1000 && Array(film.body[4..<8]) == Array("ftyp".utf8))
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-427.
  @Test func `a job with files that is cancelled as it starts ends at once`() throws {
    // Longer than anything is waited for here: a cancel that is lost is found.
    let server = try Self.start(["--grace", "3600"])
    for _ in 0..<20 {
      let id = try server.submit("shell", ["-c", "sleep 1000"])
      let answer = try server.client.ask("POST", "/\(id)/cancel", body: [])
      #expect(answer.status == 202, "\(answer.text)")
      #expect(try server.finished(id).document["outcome"]?.string == "cancelled")
    }
    #expect(try Self.left(server) == [])
    #expect(try server.stop() == .exited(0))
  }
}
