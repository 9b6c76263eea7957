import Glibc
import TestSupport
import Testing

/// Service, launcher and janitor are killed in one moment, and what their jobs left lives on: the
/// next start ends it, wherever it is, and touches nobody else's.
@Suite(.serialized)
struct OrphanTests {
  /// Kills all of a service but what its jobs started.
  ///
  /// - Returns: all processes of its jobs. Main processes die with the launcher, each in its own
  ///   time (PR_SET_PDEATHSIG); what they started does not.
  private func killAll(of process: RunnerProcess) throws -> [Int32] {
    let ours = ["http-runner", "http-runner-launcher"].flatMap { process.processes(of: $0) }
    // Stopped first, so that none sees the end of another.
    for id in ours { kill(id, SIGSTOP) }
    let jobs = process.jobProcesses()
    for id in ours { kill(id, SIGKILL) }
    _ = try process.child.wait()
    try waiting(until: "the service to be dead") { !ours.contains { ProcessTable.lives($0) } }
    return jobs
  }

  /// What is left of a service that was killed at once.
  private struct Left {
    let process: RunnerProcess
    /// All processes of its jobs, dying or not.
    let jobs: [Int32]
    /// The one of them that nothing but a start ends.
    let survivor: Int32
    let groups: [String]
  }

  private func orphaned(withoutControlGroups: Bool) throws -> Left {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--without", "pid-namespace"],
      withoutControlGroups: withoutControlGroups)
    let facts = try ["survivor", "stubborn"].map { check in
      try server.facts(of: server.submit(Probe.path(), [check, "and stay"]), once: "ready")
    }
    // Without a PID namespace it knows itself by the number that the host knows it by.
    let survivor = try #require(facts[0].number("survivor"))
    let groups = try RunnerProcess.controlGroups(of: server.process.instances())
    return Left(
      process: server.process, jobs: try killAll(of: server.process), survivor: Int32(survivor),
      groups: groups)
  }

  // Proves P-037.
  @Test(arguments: [false, true])
  func `a start ends what outlived service, launcher and janitor, and removes what they left`(
    withoutControlGroups: Bool
  ) throws {
    let left = try orphaned(withoutControlGroups: withoutControlGroups)
    let process = left.process
    // The twin: nothing else ends it.
    #expect(left.jobs.contains(left.survivor) && ProcessTable.lives(left.survivor))
    #expect(process.instances().count == 1 && left.groups.isEmpty == withoutControlGroups)
    let heir = try RunningServer(
      whitelist: [Probe.path()], predecessor: process, withoutControlGroups: withoutControlGroups)
    #expect(!ProcessTable.lives(left.survivor), "\(heir.process.log)")
    // What died with the launcher may take the kernel its time.
    try waiting(until: "no process of a job") { !left.jobs.contains { ProcessTable.lives($0) } }
    #expect(process.instances().count == 1, "the heir's own: \(process.instances())")
    #expect(left.groups.allSatisfy { !Files.exists($0) }, "\(left.groups)")
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
