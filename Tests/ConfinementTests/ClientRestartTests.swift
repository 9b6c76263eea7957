import Glibc
import TestSupport
import Testing

/// The client over the sudden end of the service and its next start at the same place.
@Suite(.serialized)
struct ClientRestartTests {
  private static let rounds = 6
  /// Lives of the service that end with the last line of a job.
  private static let endRounds = Environment["HTTP_RUNNER_FOLLOW_ROUNDS"].flatMap(Int.init) ?? 10
  private static let config = """
    {entries: {once: {path: "/usr/bin/seq"}, again: {path: "/usr/bin/seq", restartable: true}}}
    """

  /// The same place as `server` has.
  private static func next(_ server: RunningServer) throws -> RunningServer {
    try RunningServer(
      whitelist: [], options: ["--listen", "127.0.0.1:\(server.client.port)"],
      predecessor: server.process, config: config)
  }

  private static func kill(_ server: RunningServer) throws {
    server.process.child.send(SIGKILL)
    _ = try server.process.child.wait()
  }

  // Proves P-362.
  /// At whatever byte the service dies: what is relayed is the job's output, from its start; where
  /// the job was interrupted, a beginning of it; where it ran again, a beginning and all of it.
  @Test func `after a kill -9 at any byte none is lost and none comes twice`() throws {
    let expected = Array(try CommandRun("/usr/bin/seq", ["1", "300000"]).stdout.utf8)
    var server = try RunningServer(whitelist: [], config: Self.config)
    for round in 0..<Self.rounds {
      let entry = round.isMultiple(of: 2) ? "once" : "again"
      let run = try ClientRun(server, ["run", entry, "--", "1", "300000"])
      let bytes = expected.count * round / Self.rounds
      try waiting(until: "\(bytes) bytes to be relayed") { run.stdout.count >= bytes }
      try Self.kill(server)
      server = try Self.next(server)
      let code = try run.code()
      let stdout = run.stdout
      switch (code, run.error.contains("runs again")) {
      case (0, true):
        #expect(stdout.suffix(expected.count) == expected[...])
        #expect(expected.starts(with: stdout.dropLast(expected.count)))
      case (0, false): #expect(stdout == expected)
      default:
        #expect(code == 125 && entry == "once", "\(code): \(run.error)")
        #expect(expected.starts(with: stdout))
      }
    }
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-362.
  /// The service dies while the job writes its last lines, and ends: what is relayed is all of it,
  /// once, or a beginning where the job was interrupted.
  @Test func `after a kill -9 with the last line none is lost and none comes twice`() throws {
    let expected = Array(try CommandRun("/usr/bin/seq", ["1", "2000"]).stdout.utf8)
    var server = try RunningServer(whitelist: [], config: Self.config)
    for round in 0..<Self.endRounds {
      let run = try ClientRun(server, ["run", "once", "--", "1", "2000"])
      // Every second time it dies when the last line has come, else when it is on its way.
      let bytes = round.isMultiple(of: 2) ? expected.count : 1
      try waiting(until: "\(bytes) bytes to be relayed") { run.stdout.count >= bytes }
      try Self.kill(server)
      server = try Self.next(server)
      let code = try run.code()
      let stdout = run.stdout
      #expect(code == 0 || code == 125, "round \(round), \(code): \(run.error)")
      #expect(expected.starts(with: stdout), "round \(round): \(stdout.count) bytes")
      if code == 0 || bytes == expected.count { #expect(stdout == expected, "round \(round)") }
    }
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-362.
  @Test(arguments: [true, false])
  func `a job that a kill -9 cut runs again in full view, or is told as lost`(
    isRestartable: Bool
  ) throws {
    let entry = try HeldEntry(isRestartable: isRestartable)
    let first = try RunningServer(whitelist: [], config: entry.config)
    let run = try ClientRun(first, ["run", "held", "--", entry.host("lines/pipe")])
    try entry.pipe.write(line: "runs")
    try waiting(until: "the line to be relayed") { run.output == "runs\n" }
    try Self.kill(first)
    let second = try RunningServer(
      whitelist: [], options: ["--listen", "127.0.0.1:\(first.client.port)"],
      predecessor: first.process, config: entry.config)
    if isRestartable {
      try waiting(until: "it to be told") { run.error.contains("runs again") }
      try entry.pipe.write(line: "whole")
      try waiting(until: "the second run") { run.output == "runs\nwhole\n" }
      entry.pipe.close()
    }
    #expect(try run.code() == (isRestartable ? 0 : 125), "\(run.error)")
    #expect(run.error.contains("runs again") == isRestartable)
    #expect(run.output == (isRestartable ? "runs\nwhole\n" : "runs\n"))
    #expect(try second.stop() == .exited(0))
  }

  // Proves P-362.
  @Test func `a job that waits is followed over a kill -9 to its end`() throws {
    let config = "{entries: {seq: {path: '/usr/bin/seq'}, sleep: {path: '/bin/sleep'}}}"
    let first = try RunningServer(whitelist: [], options: ["--running", "1"], config: config)
    _ = try first.submit("sleep", ["1000"])
    let run = try ClientRun(first, ["run", "seq", "--", "1", "1000"])
    try waiting(until: "two jobs") {
      try JSONValue(first.client.get("/jobs").text)["jobs"]?.array?.count == 2
    }
    try Self.kill(first)
    let second = try RunningServer(
      whitelist: [],
      options: ["--running", "1", "--listen", "127.0.0.1:\(first.client.port)"],
      predecessor: first.process, config: config)
    #expect(try run.code() == 0, "\(run.error)")
    let expected = try CommandRun("/usr/bin/seq", ["1", "1000"]).stdout
    #expect(run.output == expected && run.stderr.isEmpty)
    #expect(try second.stop() == .exited(0))
  }

  // Proves P-362.
  @Test func `a lost answer starts no second job`() throws {
    let server = try RunningServer(whitelist: ["/bin/echo"])
    for _ in 0..<2 {
      let run = try ClientRun(
        server, ["run", "--idempotency-key", "the same", "/bin/echo", "--", "once"])
      #expect(try run.code() == 0 && run.output == "once\n", "\(run.error)")
    }
    #expect(try JSONValue(server.client.get("/jobs").text)["jobs"]?.array?.count == 1)
    #expect(try server.stop() == .exited(0))
  }
}
