import Glibc
import TestSupport
import Testing

/// Programs that do not end by themselves, and what their deadline does about it.
struct WallClockTests {
  // Proves P-094.
  @Test(arguments: ["stop-self", "bomb", "ignore-cpu-limit"])
  func `a job that stops itself, forks on or is deaf ends at its deadline`(
    _ check: String
  ) throws {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--timeout", "2", "--grace", "1"])
    let job = try server.run(Probe.path(), [check])
    #expect(job.failure?["code"]?.string == "ETIMEDOUT", "\(job.document)")
    #expect(server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-094.
  @Test func `outside, a process that stopped itself takes no notice of TERM`() throws {
    let child = try Child(Probe.path(), ["stop-self"])
    try waiting(until: "the probe to stop") {
      ProcessTable.status(child.id)?["State"]?.hasPrefix("T") == true
    }
    child.send(SIGTERM)
    #expect(ProcessTable.lives(child.id))
  }

  // Proves P-104.
  @Test func `a byte a second is read as it comes, and ends at the deadline`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let (id, _) = try server.limited(Probe.path(), ["drip", "600"]) { job in
      job["err"] == nil && job["stdout"]?.string?.hasPrefix("..") == true
    }
    let job = try server.finished(id, seconds: patienceSeconds * 3)
    #expect(job.failure?["code"]?.string == "ETIMEDOUT" && job.stdout.hasPrefix(".."))
    #expect(try server.run(Probe.path(), ["drip", "1"]).stdout == ".", "the twin: time enough")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-100.
  @Test func `who ignores the signal of the limit on processor time is killed`() throws {
    let server = try RunningServer(whitelist: [Probe.path()], options: ["--limit-cpu", "1"])
    let job = try server.run(Probe.path(), ["ignore-cpu-limit"], seconds: patienceSeconds * 4)
    #expect(job.code == nil && job.failure == nil, "\(job.document)")
    #expect(server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-103.
  @Test func `ten billion bytes of output neither hold up a job nor fill the memory`() throws {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--output-per-stream", "64K"])
    let printed = 10_000_000_000
    let job = try server.run(Probe.path(), ["flood", "\(printed)"], seconds: patienceSeconds * 4)
    #expect(job.code == 0, "\(job.document["err"] ?? .null)")
    #expect(job.document["truncated"]?["stdout"]?.integer == printed - 2 * (64 << 10))
    let service = try #require(server.process.processes(of: "http-runner").first)
    let peak = try #require(ProcessTable.status(service)?["VmHWM"]).split(separator: " ")
    #expect(try #require(peak.first.flatMap { Int($0) }) < 200 << 10, "KiB")
    #expect(try server.stop() == .exited(0))
  }
}
