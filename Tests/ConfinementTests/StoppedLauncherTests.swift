import Glibc
import TestSupport
import Testing

/// SIGTERM of a service whose launcher does not answer.
@Suite(.serialized)
struct StoppedLauncherTests {
  // Proves P-175.
  @Test(arguments: [true, false])
  func `a launcher that was stopped does not hold the service up, and nothing is left`(
    _ hasJob: Bool
  ) throws {
    let server = try RunningServer(whitelist: ["/bin/sleep"])
    let process = server.process
    let instances = process.instances()
    if hasJob {
      _ = try server.submit("/bin/sleep", ["600"])
      try waiting(until: "the job runs") { !process.processes(running: "sleep 600").isEmpty }
    }
    let launcher = try #require(try ProcessKillTests.victims(.launcher, of: process).first)
    kill(launcher, SIGSTOP)
    #expect(try server.stop(seconds: patienceSeconds * 2) == .exited(70), "\(process.log)")
    #expect(process.log.contains("has not answered for"), "\(process.log)")
    try waiting(until: "the janitor to end the launcher, its jobs and itself") {
      ProcessTable.processes(of: process.users).isEmpty && !ProcessTable.lives(launcher)
    }
    try waiting(until: "no working folder") { process.instances().isEmpty }
    #expect(try RunnerProcess.controlGroups(of: instances) == [])
  }

  // Twin of P-175.
  @Test func `a launcher that answers ends in order`() throws {
    let server = try RunningServer(whitelist: ["/bin/sleep"])
    _ = try server.submit("/bin/sleep", ["600"])
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }
}
