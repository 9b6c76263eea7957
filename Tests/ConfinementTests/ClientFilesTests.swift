import Glibc
import TestSupport
import Testing

/// Files that the client sends with a job, and gets of it.
@Suite(.serialized)
struct ClientFilesTests {
  private static let config = """
    {entries: {
      shell: {path: '/bin/sh', files: {in: '64M', out: ['*.out'], kept: '64M'}},
      plain: {path: '/bin/sh'}}}
    """
  /// More than two pieces of the client's.
  private static let bytes: [UInt8] = {
    let block = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 13) }
    return (0..<36).flatMap { [UInt8($0)] + block }
  }()

  private static func names(_ folder: RootFolder) throws -> [String] {
    let run = try CommandRun("/bin/ls", ["-A", folder.path])
    return run.stdout.split(separator: "\n").map { String($0) }
  }

  private static func jobs(_ server: RunningServer) throws -> [JSONValue] {
    try JSONValue(server.client.get("/jobs").text)["jobs"]?.array ?? []
  }

  private static func next(_ server: RunningServer) throws -> RunningServer {
    server.process.child.send(SIGKILL)
    _ = try server.process.child.wait()
    return try RunningServer(
      whitelist: [], options: ["--listen", "127.0.0.1:\(server.client.port)"],
      predecessor: server.process, config: config)
  }

  /// Bytes of the first file that were sent for the only job.
  private static func sentBytes(_ server: RunningServer) throws -> Int {
    guard let id = try jobs(server).first?["id"]?.string else { return 0 }
    let files = try JSONValue(server.client.get("/\(id)/files/").text)["files"]?.array ?? []
    return files.first?["bytes"]?.integer ?? 0
  }

  // Proves P-513.
  @Test func `a job finds what is sent, and what it makes comes back`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    try Files.write(Self.bytes, to: folder("in.bin"), mode: 0o600)
    try Files.write([], to: folder("empty"), mode: 0o600)
    let files = [
      "--in", folder("in.bin"), "--in", folder("empty"), "--in", folder("empty") + ":a b:c",
    ]
    let script = "ls; cp in.bin r.out; echo two > 'b c.out'; : > none.out"
    let words =
      ["run"] + files + ["--out", "r.out:\(folder.path)", "--out", "b c.out:\(folder("two"))"]
      + ["shell", "--", "-c", script]
    let wrong = try ClientRun(server, words)
    #expect(try wrong.code() == 64, "two colons: \(wrong.error)")
    let run = try ClientRun(
      server, words.map { $0.hasSuffix(":a b:c") ? folder("empty") + ":a b" : $0 })
    #expect(try run.code() == 0, "\(run.error)")
    #expect(run.output == "a b\nempty\nin.bin\n" && run.error.isEmpty)
    #expect(Files.bytes(of: folder("r.out")) == Self.bytes)
    #expect(Files.bytes(of: folder("two")) == Array("two\n".utf8))
    #expect(try Self.names(folder) == ["empty", "in.bin", "r.out", "two"])
    let submit = try ClientRun(
      server, ["submit"] + files.dropLast(2) + ["shell", "--", "-c", script])
    #expect(try submit.code() == 0, "\(submit.error)")
    let id = String(submit.output.dropLast())
    #expect(try ClientRun(server, ["wait", id]).code() == 0)
    let target = try RootFolder()
    let fetch = try ClientRun(server, ["fetch", "--json", "--output", target.path, id])
    #expect(try fetch.code() == 0, "\(fetch.error)")
    #expect(
      fetch.output.split(separator: "\n").compactMap { try? JSONValue(String($0))["name"]?.string }
        == ["b c.out", "none.out", "r.out"], "\(fetch.output)")
    #expect(try Self.names(target) == ["b c.out", "none.out", "r.out"])
    #expect(Files.bytes(of: target("r.out")) == Self.bytes)
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-513.
  @Test func `nothing here is replaced unless that is asked for, and what is missing is told`()
    throws
  {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    try Files.write([1], to: folder("r.out"), mode: 0o600)
    let out = ["--out", "r.out:\(folder("r.out"))"]
    let shell = ["shell", "--", "-c", "echo new > r.out"]
    let cases: [([String], Int32)] = [
      (["run"] + out + shell, 125), (["run", "--in", folder("none")] + shell, 64),
      (["run", "--in", folder.path] + shell, 64),
      (["run", "--in", folder("r.out") + ":.a"] + shell, 64),
      (["run", "--detach", "--out", "x"] + shell, 64),
      (["run", "--out", "x:\(folder("none"))/y"] + shell, 125),
    ]
    for (words, code) in cases {
      let run = try ClientRun(server, words)
      #expect(try run.code() == code, "\(words): \(run.error)")
    }
    #expect(try Self.jobs(server).isEmpty, "each was told before a job was there")
    let refused = try ClientRun(server, ["run", "--in", folder("r.out"), "plain"])
    #expect(try refused.code() == 1, "\(refused.error)")
    #expect(try Self.jobs(server).first?["outcome"]?.string == "cancelled")
    let missing = try ClientRun(
      server, ["run", "--out", "no.out:\(folder("no"))", "shell", "--", "-c", "true"])
    #expect(try missing.code() == 1 && missing.error.contains("no.out"), "\(missing.error)")
    let failed = try ClientRun(
      server, ["run", "--out", "a.out:\(folder("no"))", "shell", "--", "-c", ": > a.out; exit 7"])
    #expect(try failed.code() == 7, "\(failed.error)")
    let run = try ClientRun(server, ["run", "--force"] + out + shell)
    #expect(try run.code() == 0 && Files.bytes(of: folder("r.out")) == Array("new\n".utf8))
    let id = try #require(Self.jobs(server).first?["id"]?.string)
    for (words, code) in [
      (["fetch", "--output", "", id], 64),
      (["fetch", "--output", folder.path, id], 1),
      (["fetch", "--output", folder("none"), id], 78),
      (["fetch", id, "none"], 66), (["fetch", String(repeating: "0", count: 40)], 66),
      (["fetch", "--output", folder.path, "--force", id, "r.out"], 0),
    ] as [([String], Int32)] {
      let fetch = try ClientRun(server, words)
      #expect(try fetch.code() == code, "\(words): \(fetch.error)")
    }
    #expect(try Self.names(folder) == ["r.out"])
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-514.
  @Test func `both go on over broken connections and a kill of the service`() throws {
    var server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    try Files.write(Self.bytes, to: folder("in.bin"), mode: 0o600)
    let relay = try Relay(to: server.client.port)
    let run = try ClientRun(
      server,
      ["run", "--in", folder("in.bin"), "--out", "r.out:\(folder("r.out"))"]
        + ["shell", "--", "-c", "cp in.bin r.out"],
      environment: ["HTTP_RUNNER_SERVER": "127.0.0.1:\(relay.port)"])
    try relay.forward(until: "a piece is there, and more") {
      try Self.sentBytes(server) > 16 << 20
    }
    relay.cut()
    server = try Self.next(server)
    try relay.forward(until: "the last piece is on its way") {
      try Self.sentBytes(server) > 33 << 20
    }
    relay.cut()
    try relay.forward(until: "more than half of the result has come") {
      relay.byteCounts[.toClient, default: 0] > Self.bytes.count * 2 / 3
    }
    relay.cut()
    try relay.forward(until: "the result is here") { try Self.names(folder).contains("r.out") }
    #expect(try run.code() == 0, "\(run.error)")
    #expect(Files.bytes(of: folder("r.out")) == Self.bytes)
    #expect(try Self.names(folder) == ["in.bin", "r.out"])
    #expect(try Self.jobs(server).count == 1)
    // Of what had come a piece at most was sent again for each break, and next to nothing was got.
    let counts = relay.byteCounts
    #expect(counts[.toService, default: 0] < Self.bytes.count + 2 * 16 << 20, "\(counts)")
    #expect(counts[.toClient, default: 0] < Self.bytes.count * 3 / 2, "\(counts)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-514.
  @Test func `a signal while files are sent cancels the job, and leaves no file`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    try Files.write(Self.bytes, to: folder("in.bin"), mode: 0o600)
    let relay = try Relay(to: server.client.port)
    let run = try ClientRun(
      server, ["submit", "--in", folder("in.bin"), "shell", "--", "-c", "true"],
      environment: ["HTTP_RUNNER_SERVER": "127.0.0.1:\(relay.port)"])
    try relay.forward(until: "a piece is on its way") { try Self.sentBytes(server) > 0 }
    run.child.send(SIGINT)
    try relay.forward(until: "it is cancelled") {
      try Self.jobs(server).first?["outcome"]?.string == "cancelled"
    }
    #expect(try run.code() == 130, "\(run.error)")
    let left = try CommandRun(
      "/usr/bin/find", ["\(server.process.stateFolder)/files", "-mindepth", "1"])
    #expect(left.stdout.isEmpty, "\(left.stdout)")
    #expect(try server.stop() == .exited(0))
  }
}
