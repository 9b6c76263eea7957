import Glibc
import TestSupport
import Testing

/// What the client waits for, how long, and what ends it.
@Suite(.serialized)
struct ClientWaitTests {
  private static let programs = ["/bin/sh", "/bin/sleep", "/bin/echo"]

  private static func isRefused(_ server: RunningServer) throws -> Bool {
    try server.client.get("/metrics").text.split(separator: "\n").contains {
      $0.hasPrefix("http_runner_http_requests_total{") && $0.contains("code=\"503\"")
    }
  }

  // Proves P-361.
  @Test func `wait ends with the highest code, or of any with that of the first, or with 124`()
    throws
  {
    let server = try RunningServer(whitelist: Self.programs)
    let endless = try server.submit("/bin/sleep", ["1000"])
    let three = try server.submit("/bin/sh", ["-c", "exit 3"])
    let five = try server.submit("/bin/sh", ["-c", "exit 5"])
    #expect(try ClientRun(server, ["wait", "--any", endless, three]).code() == 3)
    #expect(try ClientRun(server, ["wait", three, five]).code() == 5)
    let late = try ClientRun(server, ["wait", "--timeout", "1", three, endless])
    #expect(try late.code() == 124 && late.output.isEmpty, "\(late.error)")
    #expect(try server.job(endless)["status"]?.string == "running")
    let all = try ClientRun(server, ["wait", "--json", endless, three])
    try waiting(until: "the first to be told") { all.output.contains(three) }
    #expect(try ClientRun(server, ["cancel", endless]).code() == 0)
    #expect(try all.code() == 143 && all.output.contains(endless), "\(all.error)")
    let none = String(repeating: "0", count: 40)
    #expect(try ClientRun(server, ["wait", "--any", none]).code() == 125)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-361.
  @Test func `a full queue is tried again as long as --retry says, and not without`() throws {
    let server = try RunningServer(
      whitelist: Self.programs, options: ["--running", "1", "--queued", "1"])
    let first = try server.submit("/bin/sleep", ["1000"])
    try waiting(until: "the first to run") {
      try server.job(first)["status"]?.string == "running"
    }
    let second = try server.submit("/bin/sleep", ["1000"])
    let patient = try ClientRun(server, ["submit", "--retry", "1h", "/bin/echo"])
    try waiting(until: "it to be refused") { try Self.isRefused(server) }
    let hasty = try ClientRun(server, ["submit", "/bin/echo"])
    #expect(try hasty.code() == 75 && hasty.output.isEmpty, "\(hasty.error)")
    #expect(try ClientRun(server, ["submit", "--retry", "1", "/bin/echo"]).code() == 75)
    #expect(ProcessTable.lives(patient.child.id))
    #expect(try ClientRun(server, ["cancel", first, second]).code() == 0)
    #expect(try patient.code() == 0, "\(patient.error)")
    let id = String(patient.output.dropLast())
    #expect(try server.finished(id).code == 0)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-361.
  @Test func `a service that is lost is tried for as long as --patience says`() throws {
    let server = try RunningServer(whitelist: Self.programs)
    let words = ["run", "--patience", "1", "/bin/sh", "--", "-c", "echo begun; exec sleep 1000"]
    let run = try ClientRun(server, words)
    try waiting(until: "it to have begun") { run.output == "begun\n" }
    server.process.child.send(SIGKILL)
    _ = try server.process.child.wait()
    #expect(try run.code() == 125 && run.output == "begun\n" && !run.error.isEmpty)
    let early = try ClientRun(server, ["run", "--patience", "1h", "/bin/echo", "--", "x"])
    let next = try RunningServer(
      whitelist: Self.programs, options: ["--listen", "127.0.0.1:\(server.client.port)"],
      predecessor: server.process)
    #expect(try early.code() == 0 && early.output == "x\n", "\(early.error)")
    #expect(try next.stop() == .exited(0))
  }

  // Proves P-363.
  @Test func `what has closed standard output cancels the job`() throws {
    let server = try RunningServer(whitelist: Self.programs)
    let script = """
      \(try Binaries.runner()) run --no-stdin --server 127.0.0.1:\(server.client.port) /bin/sh -- \\
        -c 'while :; do echo line || exit; done' | head -n 1
      echo ${PIPESTATUS[0]}
      """
    let run = try CommandRun("/bin/bash", ["-c", script])
    #expect(run.stdout == "line\n141\n", "\(run.stderr)")
    let job = try #require(JSONValue(server.client.get("/jobs").text)["jobs"]?.array?.first)
    let id = try #require(job["id"]?.string)
    #expect(try server.finished(id).document["outcome"]?.string == "cancelled")
    #expect(try server.stop() == .exited(0))
  }
}
