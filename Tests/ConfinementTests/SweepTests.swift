import Glibc
import TestSupport
import Testing

/// On a host without cgroup v2, what a job leaves behind is ended by its uid.
@Suite(.serialized)
struct SweepTests {
  private static func server(_ options: [String] = []) throws -> RunningServer {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: options, withoutControlGroups: true)
    _ = try server.process.logLine("no cgroup for jobs")
    return server
  }

  @Test func `without cgroups, what left session and parent dies with its job`() throws {
    let server = try Self.server()
    for check in ["survivor", "holder"] {
      let job = try server.run(Probe.path(), [check])
      let left = try #require(Facts(job.stdout).number(check), "\(job.document)")
      #expect(!ProcessTable.lives(Int32(left)))
    }
    try waiting(until: "no folder to be left") { server.process.jobFolders().isEmpty }
    #expect(try server.stop() == .exited(0))
  }

  @Test func `without cgroups, time is up for everything that a job started`() throws {
    let server = try Self.server(["--timeout", "1", "--grace", "1"])
    let job = try server.submit(Probe.path(), ["stubborn", "and stay"])
    let main = try server.facts(of: job, once: "ready").number("ready")
    let ended = try server.finished(job)
    #expect(ended.failure?["code"]?.string == "ETIMEDOUT")
    #expect(!ProcessTable.lives(Int32(try #require(main))))
    #expect(server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  @Test func `without cgroups, a second after a kill -9 of the launcher nothing is left`() throws {
    let server = try Self.server()
    let job = try server.submit(Probe.path(), ["survivor", "and stay"])
    let facts = try server.facts(of: job, once: "ready")
    let left = ["ready", "survivor"].compactMap { facts.number($0).map { Int32($0) } }
    #expect(left.count == 2 && left.allSatisfy { ProcessTable.lives($0) })
    let launcher = server.process.processes(of: "http-runner-launcher").first {
      ProcessTable.status($0)?["PPid"] == "\(server.process.child.id)"
    }
    kill(try #require(launcher), SIGKILL)
    try waiting(until: "no process of a job, no working folder", seconds: 1) {
      !left.contains { ProcessTable.lives($0) } && server.process.instances().isEmpty
    }
    #expect(try server.process.child.wait() == .exited(70))
  }

  @Test func `without cgroups, a named account for jobs is refused`() throws {
    let process = try RunnerProcess(
      whitelist: [Probe.path()], options: ["--user", NamedUserTests.name],
      withoutControlGroups: true)
    #expect(try process.child.wait() == .exited(78))
    #expect(process.log.contains("--user needs cgroup v2"))
  }
}
