import Glibc
import TestSupport
import Testing

/// Service, launcher and janitor are killed in one moment, and what their jobs left lives on: the
/// next start ends it, wherever it is, and touches nobody else's.
@Suite(.serialized)
struct OrphanTests {
  /// Kills all of a service but what its jobs started.
  private func killAll(of process: RunnerProcess) throws -> [Int32] {
    let ours = ["http-runner", "http-runner-launcher"].flatMap { process.processes(of: $0) }
    // Stopped first, so that none sees the end of another.
    for id in ours { kill(id, SIGSTOP) }
    let orphans = process.jobProcesses()
    for id in ours { kill(id, SIGKILL) }
    _ = try process.child.wait()
    try waiting(until: "the service to be dead") { !ours.contains { ProcessTable.lives($0) } }
    return orphans.filter { ProcessTable.lives($0) }
  }

  private func orphaned(
    withoutControlGroups: Bool
  ) throws -> (process: RunnerProcess, orphans: [Int32], groups: [String]) {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--without", "pid-namespace"],
      withoutControlGroups: withoutControlGroups)
    for check in ["survivor", "stubborn"] {
      let job = try server.submit(Probe.path(), [check, "and stay"])
      _ = try server.facts(of: job, once: "ready")
    }
    let groups = try RunnerProcess.controlGroups(of: server.process.instances())
    return (server.process, try killAll(of: server.process), groups)
  }

  // Proves P-037.
  @Test(arguments: [false, true])
  func `a start ends what outlived service, launcher and janitor, and removes what they left`(
    withoutControlGroups: Bool
  ) throws {
    let (process, orphans, groups) = try orphaned(withoutControlGroups: withoutControlGroups)
    // The twin: nobody else ends them.
    #expect(!orphans.isEmpty && orphans.allSatisfy { ProcessTable.lives($0) })
    #expect(process.instances().count == 1 && groups.isEmpty == withoutControlGroups)
    let heir = try RunningServer(
      whitelist: [Probe.path()], predecessor: process, withoutControlGroups: withoutControlGroups)
    #expect(orphans.allSatisfy { !ProcessTable.lives($0) }, "\(heir.process.log)")
    #expect(process.instances().count == 1, "the heir's own: \(process.instances())")
    #expect(groups.allSatisfy { !Files.exists($0) }, "\(groups)")
    #expect(try heir.stop() == .exited(0))
  }

  // Twin of P-037.
  @Test func `jobs of a living service in the same work folder are left alone`() throws {
    let living = try RunningServer(whitelist: [Probe.path()])
    let job = try living.submit(Probe.path(), ["sleeper"])
    _ = try living.facts(of: job, once: "ready")
    let beside = try RunningServer(
      whitelist: [Probe.path()], workFolder: living.process.workFolder)
    #expect(living.process.instances().count == 2)
    #expect(try living.job(job)["status"]?.string == "running")
    #expect(!beside.process.log.contains("removing what"))
    #expect(try beside.stop() == .exited(0))
    #expect(try living.job(job)["status"]?.string == "running")
    #expect(try living.stop() == .exited(0))
  }
}
