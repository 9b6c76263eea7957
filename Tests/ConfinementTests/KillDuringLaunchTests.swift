import Glibc
import TestSupport
import Testing

/// The service is killed with -9 while jobs begin and end as fast as they can: some are being
/// launched, some run, some are being reaped.
@Suite(.serialized)
struct KillDuringLaunchTests {
  /// After how many jobs have ended it strikes: amid launches, and amid launches and ends. Moments
  /// by chance are the matter of TortureTests.
  static let moments = [0, 3]

  // Proves P-109.
  @Test(arguments: ProcessKillTests.Victim.allCases, moments)
  func `a second after a kill -9 amid launches and ends nothing of any job is left`(
    _ victim: ProcessKillTests.Victim, _ endedCount: Int
  ) throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let process = server.process
    let instances = process.instances()
    let groups = try RunnerProcess.controlGroups(of: instances)
    let victims = try ProcessKillTests.victims(victim, of: process)
    let jobs = try (0..<12).map { index in
      try server.submit(
        Probe.path(), index % 3 == 0 ? ["survivor", "and stay"] : ["say", "a", "b"])
    }
    try waiting(until: "\(endedCount) jobs to have ended") {
      try jobs.count { try server.job($0)["err"] != nil } >= endedCount
    }
    for id in victims { kill(id, SIGKILL) }
    try waiting(
      until: "no program of a job to run", idleSeconds: ProcessKillTests.promisedSeconds
    ) {
      Self.programs(of: process).isEmpty
    }
    try waiting(until: "no working folder") { process.instances().isEmpty }
    try waiting(until: "the rest of the service to end") {
      ProcessTable.processes(of: process.users).isEmpty
    }
    #expect(groups.allSatisfy { !Files.exists($0) }, "\(groups)")
    _ = try process.child.wait()
  }

  /// Processes of jobs that still have a program: one that is going has none any more, and with a
  /// PID namespace to take down it may take the kernel its time.
  private static func programs(of process: RunnerProcess) -> [Int32] {
    process.jobProcesses().filter { ProcessTable.program(of: $0) != nil }
  }
}
