import Glibc
import TestSupport
import Testing

/// The client against real jobs.
@Suite(.serialized)
struct ClientTests {
  private static let programs = ["/bin/sh", "/bin/cat", "/bin/sleep", "/usr/bin/seq", "/bin/echo"]

  // Proves P-361.
  @Test func `run ends with the job's code, and with one of its own for what is not the job's`()
    throws
  {
    let server = try RunningServer(whitelist: Self.programs)
    let cases: [([String], Int32)] = [
      (["run", "/bin/sh", "--", "-c", "exit 42"], 42),
      (["run", "/bin/sh", "--", "-c", "kill -9 $$"], 137),
      (["run", "--timeout", "1", "/bin/sleep", "--", "1000"], 124),
      (["run", "/bin/none"], 127), (["run", "--nonsense", "/bin/sh"], 64),
      (["run", "--env", "NOT_ADMITTED=1", "/bin/sh"], 64),
      (["follow", String(repeating: "0", count: 40)], 125),
      (["show", String(repeating: "0", count: 40)], 66),
      (["run", "--detach", "/bin/echo"], 0), (["queue"], 0), (["list", "--json"], 0),
      (["top"], 0),
    ]
    for (words, code) in cases {
      let run = try ClientRun(server, words)
      #expect(try run.code() == code, "\(words): \(run.error)")
    }
    #expect(try ClientRun(nil, ["run", "/bin/sh"]).code() == 125)
    #expect(try ClientRun(nil, ["list"]).code() == 69)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-361.
  @Test func `both streams come byte by byte, and standard input goes with the job`() throws {
    let server = try RunningServer(whitelist: Self.programs)
    let long = try CommandRun("/usr/bin/seq", ["1", "200000"]).stdout
    let script = "seq 1 200000; seq 1 200000 >&2; printf '\\377\\000\\303'"
    let run = try ClientRun(server, ["run", "/bin/sh", "--", "-c", script])
    #expect(try run.code() == 0)
    #expect(run.stdout == Array(long.utf8) + [0xff, 0, 0xc3])
    #expect(run.stderr == Array(long.utf8))
    let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let echoed = try ClientRun(server, ["run", "/bin/cat"], input: bytes)
    #expect(try echoed.code() == 0 && echoed.stdout == bytes, "\(echoed.error)")
    let ignored = try ClientRun(server, ["run", "--no-stdin", "/bin/cat"], input: bytes)
    #expect(try ignored.code() == 0 && ignored.stdout.isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  @Test func `a job is submitted, waited for, shown, read and listed`() throws {
    let server = try RunningServer(whitelist: Self.programs)
    let submit = try ClientRun(
      server,
      ["submit", "--label", "batch=7", "/bin/sh", "--", "-c", "seq 1 50; echo e >&2; exit 3"])
    #expect(try submit.code() == 0)
    let id = String(submit.output.dropLast())
    #expect(try ClientRun(server, ["wait", id]).code() == 3)
    let tail = try ClientRun(server, ["logs", "--tail", "2", id])
    #expect(try tail.code() == 0 && tail.output == "49\n50\n")
    let errors = try ClientRun(server, ["logs", "--stderr", id])
    #expect(try errors.code() == 0 && errors.output == "e\n")
    let followed = try ClientRun(server, ["follow", id])
    #expect(
      try followed.code() == 3 && followed.output.hasSuffix("50\n") && followed.error == "e\n")
    let show = try ClientRun(server, ["show", "--json", id])
    #expect(try show.code() == 0)
    #expect(try JSONValue(show.output) == server.job(id))
    let list = try ClientRun(server, ["list", "--json", "--label", "batch=7"])
    #expect(try list.code() == 0)
    #expect(try JSONValue(list.output)["id"]?.string == id)
    let none = try ClientRun(server, ["list", "--json", "--label", "batch=8"])
    #expect(try none.code() == 0 && none.output.isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-363.
  @Test func `the first signal without a terminal cancels the job`() throws {
    let entry = try HeldEntry()
    let server = try RunningServer(whitelist: [], config: entry.config)
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      let run = try ClientRun(server, ["run", "held", "--", entry.host("lines/pipe")])
      try entry.pipe.write(line: "runs")
      try waiting(until: "the job to be relayed") { run.output == "runs\n" }
      run.child.send(signal)
      #expect(try run.code() == 130, "\(run.error)")
    }
    let jobs = try JSONValue(server.client.get("/jobs").text)["jobs"]?.array ?? []
    #expect(jobs.map { $0["outcome"]?.string } == Array(repeating: "cancelled", count: 3))
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-363.
  @Test func `a job that is left goes on, and another's cancel is told from one's own`() throws {
    let entry = try HeldEntry()
    let server = try RunningServer(whitelist: [], config: entry.config)
    let run = try ClientRun(
      server, ["run", "--detach-on-interrupt", "held", "--", entry.host("lines/pipe")])
    try entry.pipe.write(line: "runs")
    try waiting(until: "the job to be relayed") { run.output == "runs\n" }
    run.child.send(SIGINT)
    #expect(try run.code() == 130)
    let job = try #require(JSONValue(server.client.get("/jobs").text)["jobs"]?.array?.first)
    let id = try #require(job["id"]?.string)
    #expect(job["status"]?.string == "running" && run.error.contains("follow \(id)"))
    let follow = try ClientRun(server, ["follow", id])
    try waiting(until: "it to be followed") { follow.output == "runs\n" }
    follow.child.send(SIGTERM)
    #expect(try follow.code() == 130)
    let other = try ClientRun(server, ["follow", id])
    try waiting(until: "it to be followed") { other.output == "runs\n" }
    #expect(try ClientRun(server, ["cancel", id]).code() == 0)
    #expect(try other.code() == 143)
    #expect(try server.stop() == .exited(0))
  }

  @Test func `what was started as ignored stays ignored, and a closed input is an empty one`()
    throws
  {
    let entry = try HeldEntry()
    let server = try RunningServer(whitelist: ["/usr/bin/wc"], config: entry.config)
    let address = "127.0.0.1:\(server.client.port)"
    let child = try Child(
      "/bin/bash",
      [
        "-c", "trap '' HUP; exec \(Binaries.runner()) run --server \(address) held -- \"$0\"",
        entry.host("lines/pipe"),
      ])
    let job = try waiting(for: "the job to be there") {
      try JSONValue(server.client.get("/jobs").text)["jobs"]?.array?.first?["id"]?.string
    }
    try entry.awaitReading(job, on: server)
    child.send(SIGHUP)
    entry.pipe.close()
    #expect(try child.wait() == .exited(0))
    let script = try "exec \(Binaries.runner()) run --server \(address) /usr/bin/wc -- -c <&-"
    let closed = try CommandRun("/bin/bash", ["-c", script])
    #expect(closed.ending == .exited(0) && closed.stdout == "0\n", "\(closed.stderr)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-360.
  @Test func `a token comes by a file that no other user reaches`() throws {
    let folder = try RootFolder()
    let tokens = folder("tokens.json")
    let made = try CommandRun(
      try Binaries.runner(), ["token", "add", "media", "--tokens", tokens])
    try Files.write(made.stdout, to: folder("token"), mode: 0o600)
    let server = try RunningServer(whitelist: Self.programs, options: ["--tokens", tokens])
    let words = ["run", "/bin/echo", "--", "x"]
    #expect(try ClientRun(server, words).code() == 77)
    let variables = ["HTTP_RUNNER_TOKEN_FILE": folder("token")]
    let run = try ClientRun(server, words, environment: variables)
    #expect(try run.code() == 0 && run.output == "x\n", "\(run.error)")
    try Files.setMode(0o644, of: folder("token"))
    let open = try ClientRun(server, words, environment: variables)
    #expect(try open.code() == 78 && open.error.contains("chmod 600"))
    #expect(try server.stop() == .exited(0))
  }
}
