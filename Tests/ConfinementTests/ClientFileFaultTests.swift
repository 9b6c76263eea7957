import Glibc
import TestSupport
import Testing

/// Files of the client over connections that lose and change bytes.
@Suite(.serialized)
struct ClientFileFaultTests {
  private static let config = """
    {entries: {shell: {path: '/bin/sh', files: {in: '1M', out: ['*.out'], kept: '1M'}}}}
    """
  /// A byte that stands in no head and no document.
  private static let mark: UInt8 = 7
  private static let bytes = [UInt8](repeating: mark, count: 300_000)
  private static let script = "head -c 300000 /dev/zero | tr '\\0' '\\7' >r.out"

  private static func run(_ relay: Relay, _ words: [String]) throws -> ClientRun {
    try ClientRun(nil, words, environment: ["HTTP_RUNNER_SERVER": "127.0.0.1:\(relay.port)"])
  }

  private static func jobs(_ server: RunningServer) throws -> [JSONValue] {
    try JSONValue(server.client.get("/jobs").text)["jobs"]?.array ?? []
  }

  private static func forward(_ relay: Relay, untilEndOf run: ClientRun) throws {
    try relay.forward(until: "the client to end") { !ProcessTable.lives(run.child.id) }
  }

  /// Changes the first marked byte of each of the first `times` reads of one way.
  private static func flip(_ relay: Relay, _ way: Relay.Direction, times: Int = 1) {
    var left = times
    relay.willPass = { direction, bytes in
      if direction == way, left > 0, let index = bytes.firstIndex(of: mark) {
        bytes[index] = mark + 1
        left -= 1
      }
      return true
    }
  }

  // Twin of P-513.
  @Test func `a file that is got with another byte is not there, and can be got later`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    let relay = try Relay(to: server.client.port)
    Self.flip(relay, .toClient)
    let out = "r.out:\(folder("r.out"))"
    let run = try Self.run(relay, ["run", "--out", out, "shell", "--", "-c", Self.script])
    try Self.forward(relay, untilEndOf: run)
    #expect(try run.code() == 125, "\(run.error)")
    let id = try #require(Self.jobs(server).first?["id"]?.string)
    #expect(run.error.contains("To get the files: http-runner fetch \(id)"), "\(run.error)")
    #expect(Files.entries(of: folder.path) == [])
    let fetch = try ClientRun(server, ["fetch", "--output", folder.path, id])
    #expect(try fetch.code() == 0 && Files.bytes(of: folder("r.out")) == Self.bytes)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-513.
  @Test func `a piece that came with another byte is sent again`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    try Files.write(Self.bytes, to: folder("in"), mode: 0o600)
    let relay = try Relay(to: server.client.port)
    Self.flip(relay, .toService)
    let script = "tr -d '\\7' <in | wc -c; wc -c <in"
    let run = try Self.run(relay, ["run", "--in", folder("in"), "shell", "--", "-c", script])
    try Self.forward(relay, untilEndOf: run)
    #expect(try run.code() == 0, "\(run.error)")
    #expect(run.output == "0\n300000\n", "\(run.output)")
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-513.
  @Test func `a file that never comes as it was sent is refused, and its job never starts`() throws
  {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    try Files.write(Self.bytes, to: folder("in"), mode: 0o600)
    let relay = try Relay(to: server.client.port)
    Self.flip(relay, .toService, times: .max)
    let run = try Self.run(relay, ["run", "--in", folder("in"), "shell", "--", "-c", "true"])
    try Self.forward(relay, untilEndOf: run)
    #expect(try run.code() == 64 && run.error.contains("digest"), "\(run.error)")
    let job = try #require(Self.jobs(server).first)
    #expect(job["outcome"]?.string == "cancelled" && job["startedAt"]?.string == nil, "\(job)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-514.
  @Test func `a list of files that is lost is asked for again`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    let relay = try Relay(to: server.client.port)
    // Of a connection that was used before libcurl makes the first request again by itself.
    var lostMax = 3
    relay.willPass = { direction, bytes in
      let head = String(decoding: bytes.prefix(80), as: UTF8.self)
      guard direction == .toService, lostMax > 0, head.contains("/files/ HTTP") else { return true }
      lostMax -= 1
      return false
    }
    let out = "r.out:\(folder("r.out"))"
    let run = try Self.run(relay, ["run", "--out", out, "shell", "--", "-c", Self.script])
    try Self.forward(relay, untilEndOf: run)
    #expect(try run.code() == 0 && lostMax == 0, "\(run.error)")
    #expect(Files.bytes(of: folder("r.out")) == Self.bytes)
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-363.
  @Test func `a job that is left is left at once, without its files`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    let relay = try Relay(to: server.client.port)
    let run = try Self.run(
      relay,
      ["run", "--detach-on-interrupt", "--out", "r.out:\(folder("r.out"))"]
        + ["shell", "--", "-c", "sleep 600"])
    var isFollowed = false
    relay.willPass = { direction, bytes in
      let head = String(decoding: bytes.prefix(80), as: UTF8.self)
      isFollowed = isFollowed || direction == .toService && head.contains("/events")
      return true
    }
    try relay.forward(until: "the job is followed") { isFollowed }
    // Nothing is passed on from now on.
    run.child.send(SIGINT)
    #expect(try run.code() == 130 && run.error.contains("follow"), "\(run.error)")
    #expect(Files.entries(of: folder.path) == [])
    let id = try #require(Self.jobs(server).first?["id"]?.string)
    #expect(try server.client.ask("POST", "/\(id)/cancel").status == 202, "it goes on")
    _ = try server.finished(id)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-514.
  @Test func `a service that fails while files are sent is tried again, and that is said once`()
    throws
  {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    try Files.write(Self.bytes, to: folder("in"), mode: 0o600)
    let relay = try Relay(to: server.client.port)
    // The first answers to the file and to the start become those of a service that fails.
    var requests = ["PUT /", "/start HTTP"]
    var isFailing = false
    relay.willPass = { direction, bytes in
      if direction == .toService, let request = requests.first,
        String(decoding: bytes.prefix(80), as: UTF8.self).contains(request)
      {
        requests.removeFirst()
        isFailing = true
      } else if direction == .toClient, isFailing, bytes.count > 12 {
        bytes.replaceSubrange(9..<12, with: Array("503".utf8))
        isFailing = false
      }
      return true
    }
    let run = try Self.run(relay, ["run", "--in", folder("in"), "shell", "--", "-c", "wc -c <in"])
    try Self.forward(relay, untilEndOf: run)
    #expect(try run.code() == 0 && run.output == "300000\n", "\(run.error)")
    #expect(requests.isEmpty && run.error.split(separator: "\n").count == 1, "\(run.error)")
    #expect(run.error.contains("503") && run.error.contains("tried again"), "\(run.error)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-514.
  @Test func `a service that goes on failing while files are sent is left, and the job cancelled`()
    throws
  {
    let server = try RunningServer(whitelist: [], config: Self.config)
    let folder = try RootFolder()
    try Files.write(Self.bytes, to: folder("in"), mode: 0o600)
    let relay = try Relay(to: server.client.port)
    var isFailing = false
    relay.willPass = { direction, bytes in
      let start = String(decoding: bytes.prefix(9), as: UTF8.self)
      if direction == .toService {
        if start.hasPrefix("PUT /") { isFailing = true }
        if start.hasPrefix("POST /") { isFailing = false }
      } else if isFailing, start == "HTTP/1.1 " {
        bytes.replaceSubrange(9..<12, with: Array("503".utf8))
      }
      return true
    }
    let run = try Self.run(
      relay, ["run", "--patience", "1", "--in", folder("in"), "shell", "--", "-c", "wc -c <in"])
    try Self.forward(relay, untilEndOf: run)
    #expect(try run.code() == 75 && run.output.isEmpty, "\(run.error)")
    #expect(run.error.contains("none came back in time"), "\(run.error)")
    let jobs = try server.client.get("/jobs?status=finished").text
    #expect(jobs.contains(#""outcome":"cancelled""#), "\(jobs)")
    #expect(try server.stop() == .exited(0))
  }
}
