import Glibc
import TestSupport
import Testing

extension Confinement {
  /// System calls that a short job costs, counted by strace(1): what other work on the machine does
  /// not move. Those by which threads wait for one another are left out, as they depend on who
  /// comes first.
  @Suite struct SystemCallCountTests {
    private static let jobs = 60
    private static let waits = ["futex", "epoll_wait", "sched_yield", "restart_syscall", "total"]

    private static func runJobs(_ server: RunningServer) throws {
      for _ in 0..<jobs {
        let answer = try server.client.ask(
          "POST", "/?wait=30", headers: [("Content-Type", "application/json")],
          body: Array("{\"command\":\"/bin/true\"}".utf8))
        #expect(answer.status == 200)
      }
    }

    /// Calls of a process while jobs run, by their names.
    private static func calls(
      of process: Int32, _ server: RunningServer, _ words: [String]
    ) throws -> [String: Int] {
      let path = server.process.stateFolder + ".calls"
      defer { unsafe unlink(path) }
      let tracer = try Child(
        "/usr/bin/strace", words + ["-qq", "-c", "-o", path, "-p", "\(process)"])
      try waiting(until: "strace to hold process \(process)") {
        ProcessTable.status(process)?["TracerPid"] == "\(tracer.id)"
      }
      try runJobs(server)
      tracer.send(SIGINT)
      _ = try tracer.wait()
      var calls: [String: Int] = [:]
      for line in (Files.text(of: path) ?? "").split(separator: "\n") {
        let fields = line.split(separator: " ")
        guard fields.count > 4, let count = Int(fields[3]), let name = fields.last else { continue }
        calls[String(name), default: 0] += count
      }
      for name in waits { calls[name] = nil }
      return calls
    }

    /// Five more than were counted: 85 of the service, 61 and 62 of the launcher.
    @Test(arguments: [(ProcessKillTests.Victim.service, 90), (.launcher, 66)])
    func `a short job costs few system calls`(
      _ victim: ProcessKillTests.Victim, _ most: Int
    ) throws {
      let server = try RunningServer(whitelist: ["/bin/true"])
      let process = try #require(try ProcessKillTests.victims(victim, of: server.process).first)
      try Self.runJobs(server)
      let calls = try Self.calls(of: process, server, victim == .service ? ["-f"] : [])
      let each = calls.values.reduce(0, +) / Self.jobs
      #expect((most / 2...most).contains(each), "\(each) of \(calls)")
      #expect(try server.stop() == .exited(0))
    }
  }
}
