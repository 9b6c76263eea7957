import Glibc
import TestSupport
import Testing

/// On a host without cgroup v2, what a job leaves behind ends with its PID namespace; without that
/// as well, it is ended by its uid.
@Suite(.serialized)
struct SweepTests {
  static let without = [[], ["--without", "pid-namespace"]]

  private static func server(_ options: [String] = []) throws -> RunningServer {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: options, withoutControlGroups: true)
    _ = try server.process.logLine("cgroup is stand-in for all jobs")
    return server
  }

  // Proves P-034.
  @Test(arguments: without)
  func `without cgroups, what left session and parent dies with its job`(
    _ options: [String]
  ) throws {
    let server = try Self.server(options)
    for check in ["survivor", "holder"] {
      let job = try server.run(Probe.path(), [check])
      #expect(ProbeOutput(job.stdout)[check] != nil, "\(job.document)")
      #expect(server.process.jobProcesses().isEmpty)
    }
    try waiting(until: "no folder to be left") { server.process.jobFolders().isEmpty }
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-034.
  @Test(arguments: without)
  func `without cgroups, time is up for everything that a job started`(
    _ options: [String]
  ) throws {
    let server = try Self.server(["--grace", "1"] + options)
    let (job, _) = try server.limited(Probe.path(), ["stubborn", "and stay"], once: "ready")
    let ended = try server.finished(job, seconds: patienceSeconds * 3)
    #expect(ended.failure?["code"]?.string == "ETIMEDOUT")
    #expect(server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-046.
  @Test(arguments: without)
  func `without cgroups, a second after a kill -9 of the launcher nothing is left`(
    _ options: [String]
  ) throws {
    let server = try Self.server(options)
    let job = try server.submit(Probe.path(), ["survivor", "and stay"])
    _ = try server.facts(of: job, once: "ready")
    let left = server.process.jobProcesses()
    #expect(left.count >= 2)
    let launcher = server.process.processes(of: "http-runner-launcher").first {
      ProcessTable.status($0)?["PPid"] == "\(server.process.child.id)"
    }
    kill(try #require(launcher), SIGKILL)
    try waiting(
      until: "no process of a job, no working folder", idleSeconds: ProcessKillTests.promisedSeconds
    ) {
      !left.contains { ProcessTable.lives($0) } && server.process.instances().isEmpty
    }
    #expect(try server.process.child.wait() == .exited(70))
  }

  @Test func `without cgroups and PID namespace, a named account for jobs is refused`() throws {
    let process = try RunnerProcess(
      whitelist: [Probe.path()],
      options: ["--user", NamedUserTests.name, "--without", "pid-namespace"],
      withoutControlGroups: true)
    #expect(try process.child.wait() == .exited(78))
    #expect(process.log.contains("The layer cgroup"), "\(process.log)")
  }
}
