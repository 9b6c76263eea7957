import Glibc
import TestSupport
import Testing

extension Confinement {
  @Suite struct SurvivorTests {
    // Proves P-034, P-093.
    @Test func `a process that left session, parent and descriptors dies with its job`() throws {
      let server = try RunningServer(whitelist: [Probe.path()])
      #expect(try server.probe("survivor")["survivor"] != nil)
      #expect(server.process.jobProcesses().isEmpty)
      #expect(try server.stop() == .exited(0))
    }

    // Twin of P-034, P-093.
    @Test func `outside, that process lives on`() throws {
      let survivor = try #require(Probe.bare("survivor").number("survivor"))
      defer { kill(Int32(survivor), SIGKILL) }
      #expect(ProcessTable.lives(Int32(survivor)))
      #expect(kill(Int32(survivor), SIGTERM) == 0 && ProcessTable.lives(Int32(survivor)))
    }

    // Proves P-034, P-098.
    @Test func `a job ends with its main process although a child holds its output open`() throws {
      let server = try RunningServer(whitelist: [Probe.path()])
      let job = try server.run(Probe.path(), ["holder"])
      #expect(job.code == 7 && job.failure == nil)
      #expect(ProbeOutput(job.stdout)["holder"] != nil && server.process.jobProcesses().isEmpty)
      #expect(try server.stop() == .exited(0))
    }

    // Twin of P-098.
    @Test func `outside, that child holds the output open`() throws {
      let holder = try #require(Probe.bare("holder").number("holder"))
      defer { kill(Int32(holder), SIGKILL) }
      #expect(ProcessTable.lives(Int32(holder)))
      #expect(Files.target(ofLink: "/proc/\(holder)/fd/1") != nil)
    }

    // Proves P-029, P-091.
    @Test func `a fork bomb stops at its limit and leaves nothing`() throws {
      let limit = 700
      let server = try RunningServer(
        whitelist: [],
        config: "{entries: {bomb: {path: '\(Probe.path())', limits: {processes: \(limit)}}}}")
      let job = try server.run("bomb", ["forks", "3000"])
      let bomb = ProbeOutput(job.stdout)
      #expect(job.code == 0, "\(job.document)")
      #expect(bomb.number("made") == limit - 1 && bomb["stopped-by"] == "EAGAIN", "\(bomb.text)")
      #expect(server.process.jobProcesses().isEmpty)
      #expect(try server.stop() == .exited(0))
    }

    // Twin of P-091.
    @Test func `outside, nothing stops it at that number`() throws {
      let run = try CommandRun("/bin/bash", ["-c", "\(Probe.path()) forks 3000; kill -9 0"])
      #expect(ProbeOutput(run.stdout)["made"] == "3000")
    }

    @Test func `a death by signal is no code and no error`() throws {
      for signal in [SIGKILL, SIGSEGV, SIGTERM] {
        let job = try server().run(Probe.path(), ["die", "\(signal)"])
        #expect(job.code == nil && job.document["err"] == .null, "\(job.document)")
      }
    }
  }
}
