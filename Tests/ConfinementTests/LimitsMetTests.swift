import Glibc
import TestSupport
import Testing

/// A limit that a job met is named, whatever its program made of it.
struct LimitsMetTests {
  private static func met(_ job: FinishedJob) -> [String] {
    (job.document["limitsMet"]?.array ?? []).compactMap(\.string)
  }

  // Proves P-690.
  @Test func `processor time is named where a program takes its signal for a polite stop`() throws {
    let server = try RunningServer(whitelist: [Probe.path()], options: ["--limit-cpu", "1"])
    let polite = try server.run(Probe.path(), ["polite-at-cpu-limit"], seconds: patienceSeconds * 4)
    #expect(polite.code == 0 && Self.met(polite) == ["limits.cpu"], "\(polite.document)")
    let killed = try server.run(Probe.path(), ["burn"], seconds: patienceSeconds * 4)
    #expect(killed.document["signalName"]?.string == "SIGXCPU", "\(killed.document)")
    #expect(Self.met(killed) == ["limits.cpu"])
    #expect(Self.met(try server.run(Probe.path(), ["work", "1"])).isEmpty, "the twin: time enough")
    #expect(try server.stop() == .exited(0))
  }

  @Test func `a job has no limit on processor time unless policy sets one`() throws {
    let server = try RunningServer(whitelist: [Probe.path()], options: ["--timeout", "14400"])
    #expect(try server.probe("limits")["cpu"] == "-1 -1")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-690.
  @Test func `a file that is too long, and the wall clock, are named`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let file = try server.run(Probe.path(), ["die", "\(SIGXFSZ)"])
    #expect(Self.met(file) == ["limits.fileSize"], "\(file.document)")
    #expect(file.document["signalName"]?.string == "SIGXFSZ")
    let late = try server.submit(Probe.path(), ["sleeper"], timeoutSeconds: 1)
    #expect(Self.met(try server.finished(late)) == ["wallClock"])
    #expect(Self.met(try server.run(Probe.path(), ["die", "\(SIGUSR1)"])).isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-690.
  @Test func `scratch that is full is named`() throws {
    let server = try RunningServer(
      whitelist: ["/usr/bin/head", "/bin/sh"], options: ["--scratch-size", "1M"])
    let full = try server.run("/bin/sh", ["-c", "head -c 2000000 /dev/zero > file; exit 0"])
    #expect(Self.met(full) == ["scratch.size"], "\(full.document)")
    let half = try server.run("/bin/sh", ["-c", "head -c 500000 /dev/zero > file"])
    #expect(half.code == 0 && Self.met(half).isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-690.
  @Test(arguments: ["touch-shared", "hold-memory-file", "touch-memory"])
  func `memory bounds every kind of memory, and is named`(kind: String) throws {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--memory", "64M", "--scratch-size", "16M"])
    let over = try server.run(
      Probe.path(),
      kind == "touch-memory" ? ["again", kind, "\(1 << 30)"] : [kind, "\(128 << 20)", "stay"])
    #expect(over.document["outcome"]?.string == "memory", "\(over.document)")
    #expect(Self.met(over).contains("memory") && over.code == nil)
    let within = try server.run(Probe.path(), [kind, "\(16 << 20)"])
    #expect(within.code == 0 && Self.met(within).isEmpty, "\(within.document)")
    #expect(server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  @Test func `a job ended when its process did, not when the service heard of it`() throws {
    let server = try RunningServer(whitelist: ["/bin/sleep"])
    let id = try server.submit("/bin/sleep", ["1"])
    let service = try #require(server.process.processes(of: "http-runner").first)
    kill(service, SIGSTOP)
    try waiting(until: "the job to end") { server.process.processes(running: "sleep 1").isEmpty }
    sleep(2)  // What the service must not count.
    kill(service, SIGCONT)
    let job = try server.finished(id)
    let seconds = try ["startedAt", "finishedAt"].map { name in
      let text = try #require(job.document[name]?.string)
      let parts = text.dropFirst(11).dropLast().split(separator: ":").compactMap { Double($0) }
      return parts[0] * 3600 + parts[1] * 60 + parts[2]
    }
    let lasted = (seconds[1] - seconds[0] + 86_400).truncatingRemainder(dividingBy: 86_400)
    let wall = try #require(job.document["usage"]?["wall"]?.integer)
    #expect(lasted < Double(wall) / 1e6 + 1, "\(job.document)")
    #expect(try server.stop() == .exited(0))
  }
}
