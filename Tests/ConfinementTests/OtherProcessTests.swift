import Glibc
import TestSupport
import Testing

extension Confinement {
  /// What a job can see of processes that are not its own, and do to them.
  @Suite struct OtherProcessTests {
    static let views = ["seen", "command", "environment", "memory", "root", "folder", "files"]

    // Proves P-086.
    @Test(arguments: views)
    func `a job sees no process but its own`(_ view: String) throws {
      #expect(try facts("others")[view] == "0")
    }

    // Twin of P-086.
    @Test(arguments: views)
    func `outside, the probe sees others`(_ view: String) throws {
      #expect(try #require(bareFacts("others").number(view)) > 0)
    }

    static let ofInit = ["init-root", "init-environment", "init-memory", "init-program"]

    // Proves P-086.
    @Test(arguments: ofInit)
    func `a job cannot open what is process 1's`(_ what: String) throws {
      let found = try facts("others")[what]
      #expect(HostCanary.refusals.contains(found), "\(found ?? "nothing")")
    }

    // Twin of P-086.
    @Test func `outside, root opens what is process 1's`() throws {
      let run = try CommandRun(
        "/usr/bin/unshare",
        ["--pid", "--fork", "--mount-proc", "/bin/sh", "-c", "\(Probe.path()) others; true"])
      for what in Self.ofInit { #expect(ProbeOutput(run.stdout)[what] == "ok", "\(what)") }
    }

    static let interferences = [
      "kill-0", "continue", "tkill", "pidfd", "read-memory", "limits", "priority", "processors",
      "session", "memory-file", "root-link", "status-file", "ptrace",
    ]

    // Proves P-096.
    @Test func `a job reaches neither the service nor the launcher nor another job`() throws {
      let server = try server()
      let (other, sibling) = try Self.start("obedient", on: server)
      let victims = ProcessTable.family(of: server.process.child.id) + [sibling]
      #expect(victims.count >= 3)
      let facts = try server.probe("interfere", victims.map { "\($0)" })
      for victim in victims {
        for way in Self.interferences {
          let found = facts["\(victim)-\(way)"]
          #expect(found == "ESRCH" || HostCanary.refusals.contains(found), "\(way): \(found ?? "")")
        }
      }
      #expect(ProcessTable.lives(server.process.child.id) && ProcessTable.lives(sibling))
      kill(sibling, SIGTERM)
      #expect(try server.finished(other).code == 255, "it was left alone")
    }

    // Twin of P-096.
    @Test func `outside, root reaches another process in each of those ways`() throws {
      let child = try Child(Probe.path(), ["sleeper"])
      // Its name is there before its memory is.
      try waiting(until: "the probe to run, and to sleep") {
        ProcessTable.program(of: child.id) == "probe"
          && ProcessTable.status(child.id)?["State"]?.hasPrefix("S") == true
      }
      let facts = try Probe.bare("interfere", ["\(child.id)"])
      for way in Self.interferences { #expect(facts["\(child.id)-\(way)"] == "ok", "\(way)") }
    }

    // Proves P-095.
    @Test func `a job that kills all it can kills nothing but its own`() throws {
      let server = try server()
      let (other, sibling) = try Self.start("obedient", on: server)
      let facts = try server.probe("kill-everything")
      #expect(facts["kill"] == "ok" && facts["child"] == "signal 9")
      #expect(ProcessTable.lives(sibling))
      #expect(try server.run(Probe.path(), ["identity"]).code == 0, "the service goes on")
      kill(sibling, SIGTERM)
      #expect(try server.finished(other).code == 255)
    }

    // Twin of P-095.
    @Test func `outside, a process of the same user dies of it`() throws {
      let user = "\(Self.twin)"
      let victim = try Child(Probe.path(), ["become", user, "sleeper"])
      try waiting(until: "the victim to be that user") {
        ProcessTable.status(victim.id)?["Uid"]?.hasPrefix(user) == true
      }
      _ = try CommandRun(Probe.path(), ["become", user, "kill-everything"])
      #expect(try victim.wait() == .signaled(SIGKILL))
    }

    /// Starts a check as a job and answers its id, and its main process as the host numbers it.
    static func start(
      _ check: String, on server: RunningServer
    ) throws -> (job: String, process: Int32) {
      let mark = "mark-\(UInt64.random(in: 0...UInt64.max))"
      let job = try server.submit(Probe.path(), [check, mark])
      _ = try server.facts(of: job, once: "ready")
      return (job, try #require(server.process.processes(running: mark).first))
    }

    /// Of nobody else, so that the twin of "kill everything" has one victim.
    static let twin: UInt32 = 0x5fff_0000 + UInt32(getpid()) % 0xffff
  }
}
