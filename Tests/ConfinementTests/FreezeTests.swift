import Glibc
import TestSupport
import Testing

/// Jobs that stand still, and what ends them all the same.
@Suite(.serialized)
struct FreezeTests {
  private func post(_ server: RunningServer, _ target: String) throws -> HTTPMessage {
    try server.client.ask("POST", target, body: [])
  }

  private func written(_ server: RunningServer, _ job: String) throws -> Int {
    try server.job(job)["stdout"]?.string?.utf8.count ?? 0
  }

  // Proves P-038.
  @Test func `a frozen job stands still, and goes on when it is thawed`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let job = try server.submit(Probe.path(), ["drip", "600"])
    try waiting(until: "a byte") { try written(server, job) > 0 }
    let reply = try post(server, "/\(job)/freeze")
    #expect(reply.status == 200, "\(reply.text)")
    #expect(try server.job(job)["frozen"] == .bool(true))
    let before = try written(server, job)
    // The twin: meanwhile a job that is not frozen writes more.
    let other = try server.submit(Probe.path(), ["drip", "600"])
    try waiting(until: "three bytes of another") { try written(server, other) >= 3 }
    #expect(try written(server, job) <= before + 1, "one may have been on its way")
    #expect(try post(server, "/\(job)/thaw").status == 200)
    try waiting(until: "more bytes") { try written(server, job) > before + 1 }
    #expect(try server.job(job)["frozen"] == nil)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-038.
  @Test func `a frozen job ends when it is cancelled, when its time is up, and when it is killed`()
    throws
  {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--grace", "1", "--running", "1"])
    for how in ["cancel", "time", "deadline", "kill"] {
      let job = try frozen(on: server, how)
      if how == "cancel" { #expect(try post(server, "/\(job)/cancel").status == 202) }
      if how == "kill" { for id in server.process.jobProcesses() { kill(id, SIGKILL) } }
      let ended = try server.finished(job)
      let outcomes = [
        "cancel": "cancelled", "time": "timeout", "deadline": "timeout", "kill": "signaled",
      ]
      #expect(ended.document["outcome"]?.string == outcomes[how], "\(how): \(ended.document)")
      #expect(ended.document["frozen"] == nil && server.process.jobProcesses().isEmpty)
      #expect(try post(server, "/\(job)/thaw").status == 409)
      // The next job is not born into the cold.
      #expect(try server.run(Probe.path(), ["drip", "1"]).stdout == ".")
    }
    #expect(try server.stop() == .exited(0))
  }

  /// A frozen job with the limit that is to end it.
  ///
  /// On a busy machine its time may be up before it is frozen; then another has more of it.
  private func frozen(on server: RunningServer, _ how: String) throws -> String {
    for seconds in [2, 8, 32] {
      let limit =
        switch how {
        case "time": #","timeout":\#(seconds)"#
        case "deadline": try #","deadline":"\#(Self.time(in: seconds))""#
        default: ""
        }
      let reply = try server.client.post(
        #"{"command":"\#(Probe.path())","args":["stubborn","and stay"]\#(limit)}"#)
      // A deadline may be over before it is heard of.
      if how == "deadline", reply.status == 400 { continue }
      let job = try #require(JSONValue(reply.text)["id"]?.string, "\(reply.text)")
      try waiting(until: "the job to be ready, or over") {
        let document = try server.job(job)
        return document["stdout"]?.string?.contains("ready") == true || document["err"] != nil
      }
      let status = try post(server, "/\(job)/freeze").status
      if status == 200 { return job }
      #expect(status == 409 && limit != "")
      _ = try server.finished(job)
    }
    throw TestFailure("no job could be frozen before its time was up")
  }

  @Test func `without cgroups a wish to freeze is refused, and says why`() throws {
    let server = try RunningServer(whitelist: [Probe.path()], withoutControlGroups: true)
    let job = try server.submit(Probe.path(), ["sleeper"])
    _ = try server.facts(of: job, once: "ready")
    let reply = try post(server, "/\(job)/freeze")
    #expect(reply.status == 409 && reply.text.contains("no cgroup v2"), "\(reply.text)")
    #expect(try server.job(job)["frozen"] == nil)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-042.
  @Test func `a pause and deadlines outlive a kill -9`() throws {
    let first = try RunningServer(whitelist: ["/bin/echo", "/bin/sleep"])
    let overdue = try Self.submit(#""command":"/bin/sleep","args":"1000""#, dueIn: 2, to: first)
    #expect(try first.finished(overdue).document["outcome"]?.string == "timeout")
    #expect(try post(first, "/queue/pause").status == 200)
    let waits = try first.submit("/bin/echo", ["x"])
    let never = try Self.submit(#""command":"/bin/echo","args":"y""#, dueIn: 4, to: first)
    first.process.child.send(SIGKILL)
    _ = try first.process.child.wait()

    let second = try RunningServer(
      whitelist: ["/bin/echo", "/bin/sleep"], predecessor: first.process)
    _ = try second.process.logLine("the queue is paused since before this start")
    #expect(try JSONValue(second.client.get("/queue").text)["paused"] == .bool(true))
    let ended = try second.finished(never)
    #expect(ended.document["outcome"]?.string == "timeout" && ended.document["startedAt"] == nil)
    #expect(try second.job(waits)["status"]?.string == "queued")
    #expect(try post(second, "/queue/resume").status == 200)
    #expect(try second.finished(waits).stdout == "x\n")
    #expect(try second.stop() == .exited(0))
  }

  /// Posts a job with a deadline so many seconds from now, or later where that is over before the
  /// service hears of it.
  ///
  /// - Returns: its id.
  private static func submit(
    _ members: String, dueIn seconds: Int, to server: RunningServer
  ) throws -> String {
    for factor in [1, 4, 16] {
      let due = try time(in: seconds * factor)
      let reply = try server.client.post(#"{\#(members),"deadline":"\#(due)"}"#)
      if let id = try JSONValue(reply.text)["id"]?.string { return id }
      #expect(reply.status == 400 && reply.text.contains("deadline is over"), "\(reply.text)")
    }
    throw TestFailure("each deadline was over before the service heard of it")
  }

  /// So many seconds from now, as RFC 3339 writes it.
  private static func time(in seconds: Int) throws -> String {
    let run = try CommandRun("/bin/date", ["-u", "-d", "+\(seconds) seconds", "+%FT%TZ"])
    return String(run.stdout.dropLast())
  }
}
