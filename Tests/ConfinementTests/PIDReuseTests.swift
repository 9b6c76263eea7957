import Glibc
import TestSupport
import Testing

/// A process that is none of the service's gets the number of a job that has ended, before the
/// job's own deadline.
struct PIDReuseTests {
  // Proves P-097.
  @Test func `who has the number of an ended job is left alone`() throws {
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--timeout", "\(Int(6 * slowness))", "--grace", "1"],
      ownNumbers: true)
    let service = try #require(server.process.processes(of: "http-runner").first)
    let (bystander, number) = try Self.bystander(of: server, beside: service)
    defer { bystander.send(SIGKILL) }
    // It began after that job: when its time was up, so was that of the job which has ended.
    let late = try server.run(Probe.path(), ["stubborn"])
    #expect(late.failure?["code"]?.string == "ETIMEDOUT", "\(late.document)")
    #expect(Self.holder(of: number, beneath: bystander.id) != nil, "nobody has ended it")
    #expect(try server.run(Probe.path(), ["identity"]).code == 0)

    // The twin: by that number it can be ended.
    let end = try CommandRun("/usr/bin/nsenter", Self.inside(service) + ["kill -KILL \(number)"])
    #expect(end.ending == .exited(0) && Self.holder(of: number, beneath: bystander.id) == nil)
    kill(service, SIGTERM)
    #expect(try server.process.child.wait() == .exited(0), "\(server.process.log)")
  }

  private static func inside(_ service: Int32) -> [String] {
    ["--target", "\(service)", "--pid", "--mount", "/bin/sh", "-c"]
  }

  /// Runs jobs until one's number could be given to a process that is no job, and answers what was
  /// started to hold it.
  private static func bystander(
    of server: RunningServer, beside service: Int32
  ) throws -> (Child, number: Int32) {
    for _ in 0..<20 {
      let (job, process) = try Confinement.OtherProcessTests.start("obedient", on: server)
      let number = try #require(numbers(of: process).dropFirst().first)
      kill(process, SIGTERM)
      _ = try server.finished(job)
      let script =
        "echo \(number - 1) > /proc/sys/kernel/ns_last_pid; \(try Probe.path()) sleeper & wait"
      let child = try Child("/usr/bin/nsenter", inside(service) + [script])
      let taken: Int32 = try waiting(for: "the bystander") {
        sleepers(beneath: child.id).compactMap { numbers(of: $0).dropFirst().first }.first
      }
      if taken == number { return (child, number) }
      for sleeper in sleepers(beneath: child.id) { kill(sleeper, SIGKILL) }
      _ = try child.wait()
    }
    throw TestFailure("no number of an ended job could be had again")
  }

  private static func sleepers(beneath id: Int32) -> [Int32] {
    ProcessTable.family(of: id).filter { ProcessTable.program(of: $0) == "probe" }
  }

  private static func holder(of number: Int32, beneath id: Int32) -> Int32? {
    sleepers(beneath: id).first { numbers(of: $0).dropFirst().first == number }
  }

  /// The numbers of a process in each PID namespace, the host's first.
  private static func numbers(of id: Int32) -> [Int32] {
    (ProcessTable.status(id)?["NSpid"] ?? "").split(separator: " ").compactMap { Int32($0) }
  }
}
