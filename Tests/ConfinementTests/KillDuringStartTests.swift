import Glibc
import TestSupport
import Testing

/// The launcher is killed with -9 while it starts.
@Suite(.serialized)
struct KillDuringStartTests {
  // Proves P-046.
  /// From the moment at which its folder is there; each round strikes a little later.
  @Test(arguments: 0..<4)
  func `a launcher that is killed as it starts leaves neither folder nor cgroup`(
    _ round: Int
  ) throws {
    let process = try RunnerProcess(whitelist: ["/bin/true"])
    try waiting(until: "the launcher's folder") { !process.instances().isEmpty }
    let instances = process.instances()
    usleep(UInt32(round * 4_000))
    let launchers = ProcessTable.family(of: process.child.id).filter { id in
      ProcessTable.program(of: id) == "http-runner-launcher"
        && ProcessTable.status(id)?["PPid"] == "\(process.child.id)"
    }
    for id in launchers { kill(id, SIGKILL) }
    // No fault of the configuration: systemd starts it again.
    let ending = try process.child.wait()
    #expect([.exited(70), .exited(71)].contains(ending), "\(ending): \(process.log)")
    let words = ["the launcher is gone", "it ended as it started"]
    #expect(words.contains { process.log.contains($0) }, "\(process.log)")
    try waiting(until: "the folder to be gone") { process.instances().isEmpty }
    try waiting(until: "the rest of the service to end") {
      ProcessTable.processes(of: process.users).isEmpty
    }
    #expect(try RunnerProcess.controlGroups(of: instances) == [])
  }
}
