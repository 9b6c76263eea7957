import Glibc
import TestSupport
import Testing

/// Accepted means kept: what was answered with 202 is there after any end of the service.
@Suite(.serialized)
struct RestartTests {
  private func submit(_ server: RunningServer, _ members: String) throws -> String {
    let reply = try server.client.post("{\(members)}")
    #expect(reply.status == 202, "\(reply.text)")
    return try #require(JSONValue(reply.text)["id"]?.string)
  }

  private func kill(_ server: RunningServer) throws {
    server.process.child.send(SIGKILL)
    _ = try server.process.child.wait()
  }

  // Proves P-051.
  @Test func `after a kill -9 what ended is there, what waited runs, what ran is interrupted`()
    throws
  {
    let programs = ["/bin/sleep", "/bin/echo", "/usr/bin/head"]
    let first = try RunningServer(whitelist: programs, options: ["--running", "1"])
    let ended = try first.run("/bin/echo", ["kept"])
    let long = try first.run("/usr/bin/head", ["-c", "300000", "/dev/zero"])
    let ran = try first.submit("/bin/sleep", ["1000"])
    let waited = try (1...20).map { try first.submit("/bin/echo", ["\($0)"]) }
    try kill(first)
    // A crash between a job's end and its file's.
    let orphan =
      first.process.stateFolder + "/out/00/" + String(repeating: "0", count: 40) + ".stdout"
    _ = try CommandRun("/bin/mkdir", ["-p", "-m", "700", first.process.stateFolder + "/out/00"])
    let (user, group) = (first.process.users.lowerBound, first.process.users.lowerBound)
    try Files.setOwner(user, group, of: first.process.stateFolder + "/out/00")
    try Files.write("nobody's", to: orphan, mode: 0o600)

    let second = try RunningServer(
      whitelist: programs, options: ["--running", "1"], predecessor: first.process)
    try waiting(until: "the file of no job to be swept") { !Files.exists(orphan) }
    #expect(
      try second.process.logLine("jobs of an earlier process").contains(
        "20 wait, 0 run again, 1 were interrupted"))
    let id = { (job: FinishedJob) throws in try #require(job.document["id"]?.string) }
    #expect(try second.job(id(ended)) == ended.document)
    #expect(try second.job(id(long)) == long.document)
    let lost = try second.finished(ran)
    #expect(lost.document["outcome"]?.string == "interrupted" && lost.code == nil)
    for (index, job) in waited.enumerated() {
      #expect(try second.finished(job).stdout == "\(index + 1)\n")
    }
  }

  // Twin of P-052.
  @Test func `a job runs again where its entry is restartable, and once more is enough`() throws {
    let entry = try HeldEntry(isRestartable: true)
    let first = try RunningServer(whitelist: [], config: entry.config)
    let job = try entry.start(on: first)
    try kill(first)
    let second = try RunningServer(
      whitelist: [], predecessor: first.process, config: entry.config)
    _ = try second.process.logLine("0 wait, 1 run again, 0 were interrupted")
    try entry.awaitReading(job, on: second)
    entry.pipe.close()
    #expect(try second.finished(job).document["outcome"]?.string == "exited")
    try kill(second)
    let third = try RunningServer(whitelist: [], predecessor: first.process, config: entry.config)
    #expect(try third.job(job)["outcome"]?.string == "exited")
    #expect(!third.process.log.contains("run again, 0 were"))
  }

  @Test func `a stop runs a restartable job again, and a cancel does not`() throws {
    let entry = try HeldEntry(isRestartable: true)
    let first = try RunningServer(whitelist: [], config: entry.config)
    let cancelled = try entry.start(on: first)
    _ = try first.client.ask("POST", "/\(cancelled)/cancel", body: [])
    _ = try first.finished(cancelled)
    let stopped = try entry.start(on: first)
    _ = try first.stop()
    let second = try RunningServer(
      whitelist: [], predecessor: first.process, config: entry.config)
    try entry.awaitReading(stopped, on: second)
    entry.pipe.close()
    #expect(try second.finished(stopped).document["outcome"]?.string == "exited")
    #expect(try second.finished(cancelled).document["outcome"]?.string == "cancelled")
    #expect(try second.stop() == .exited(0))
  }

  @Test func `what waits when the service is asked to stop waits for its next start`() throws {
    let programs = ["/bin/sleep", "/bin/echo"]
    let first = try RunningServer(whitelist: programs, options: ["--running", "1"])
    let ran = try first.submit("/bin/sleep", ["1000"])
    let waited = try first.submit("/bin/echo", ["later"])
    _ = try first.stop()
    let second = try RunningServer(whitelist: programs, predecessor: first.process)
    let stopped = try second.finished(ran)
    #expect(stopped.document["outcome"]?.string == "interrupted")
    #expect(stopped.failure?["step"]?.string == "stop", "a client can tell it from a cancel")
    #expect(try second.finished(waited).stdout == "later\n")
  }

  // Twin of P-051.
  @Test func `without a state folder nothing is kept`() throws {
    let first = try RunningServer(whitelist: ["/bin/echo"], options: ["--state", "none"])
    let job = try first.run("/bin/echo", ["x"])
    _ = try first.stop()
    #expect(!Files.exists(first.process.stateFolder))
    let second = try RunningServer(
      whitelist: ["/bin/echo"], options: ["--state", "none"], predecessor: first.process)
    let id = try #require(job.document["id"]?.string)
    #expect(try second.client.get("/\(id)").status == 404)
  }

  // Proves P-061.
  @Test func `a second service is kept out of the folder of the first`() throws {
    let first = try RunningServer(whitelist: ["/bin/echo"])
    let second = try RunnerProcess(whitelist: ["/bin/echo"], predecessor: first.process)
    _ = try second.child.wait()
    #expect(second.log.contains("Another http-runner uses"))
    #expect(try first.run("/bin/echo", ["still"]).stdout == "still\n")
  }

  // Proves P-061.
  @Test func `only the service may look into its folder`() throws {
    let server = try RunningServer(whitelist: ["/bin/echo"])
    _ = try server.run("/bin/echo", ["secret"])
    var status = stat()
    #expect(unsafe stat(server.process.stateFolder, &status) == 0)
    #expect(status.st_mode & 0o7777 == 0o700)
    #expect(status.st_uid == server.process.users.lowerBound)
  }

  // Proves P-062.
  @Test func `a job reads what came with it, and can neither change nor execute it`() throws {
    let server = try RunningServer(whitelist: ["/bin/cat", "/bin/sh"])
    let cat = try submit(server, #""command":"/bin/cat","stdin":"ü\n""#)
    #expect(try server.finished(cat).stdout == "ü\n")
    let bytes = try submit(server, #""command":"/bin/cat","stdinBase64":"AAEC""#)
    #expect(try server.finished(bytes).stdout == "\0\u{1}\u{2}")
    let again = try submit(
      server, #""command":"/bin/sh","args":["-c","cat /dev/stdin"],"stdin":"by name""#)
    #expect(try server.finished(again).stdout == "by name")
    let script = "#!/bin/sh\\necho ran\\n"
    for attempt in ["echo x >&0", "echo x >/dev/stdin", "/proc/self/fd/0"] {
      let job = try submit(
        server, #""command":"/bin/sh","args":["-c","\#(attempt)"],"stdin":"\#(script)""#)
      let end = try server.finished(job)
      #expect(end.code != 0 && !end.stdout.contains("ran"), "\(attempt): \(end.document)")
    }
    // The twin: the same script from a file of the job's own does run.
    let twin = try submit(
      server,
      #""command":"/bin/sh","args":["-c","cat >x && chmod 700 x && ./x"],"stdin":"\#(script)""#)
    #expect(try server.finished(twin).stdout == "ran\n")
  }
}
