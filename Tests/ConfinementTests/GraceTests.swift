import Glibc
import TestSupport
import Testing

/// The grace belongs to all of a job, and what came of it is told.
struct GraceTests {
  /// Without exec: the shell dies of TERM at once, and the program that it waits for does not.
  private static func wrapper(_ host: RootFolder) throws -> String {
    try host.script(
      "wrapper", "#!/bin/bash\n\(Probe.path()) late-ender \"$1\"\necho never\n")
  }

  private static func server(_ host: RootFolder, _ options: [String]) throws -> RunningServer {
    try RunningServer(
      whitelist: [wrapper(host), Probe.path()], options: options + ["--read", Probe.path()])
  }

  private static func cancelled(_ id: String, on server: RunningServer) throws -> FinishedJob {
    _ = try server.facts(of: id, once: "ready")
    #expect(try server.client.ask("POST", "/\(id)/cancel", body: []).status == 202)
    return try server.finished(id)
  }

  // Proves P-691.
  @Test func `what a wrapper started has the grace that the wrapper had not`() throws {
    let host = try RootFolder()
    // Longer than anything is waited for here: it ends with its last process.
    let server = try Self.server(host, ["--grace", "3600"])
    let id = try server.submit(host("wrapper"), ["1000"])
    let job = try Self.cancelled(id, on: server)
    #expect(job.stdout.hasSuffix("whole 15\n"), "\(job.document)")
    #expect(job.document["outcome"]?.string == "cancelled" && job.document["unfinished"] == nil)
    #expect(server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-691.
  @Test func `what is still at work when the grace is over is killed, and said to be unfinished`()
    throws
  {
    let host = try RootFolder()
    let server = try Self.server(host, ["--grace", "1"])
    for command in [[host("wrapper"), "60000"], [try Probe.path(), "late-ender", "60000"]] {
      let job = try Self.cancelled(
        server.submit(command[0], Array(command.dropFirst())), on: server)
      #expect(!job.stdout.contains("whole") && job.document["unfinished"] == .bool(true))
      #expect(job.failure?["message"]?.string?.contains("unfinished") == true, "\(job.document)")
    }
    #expect(server.process.jobProcesses().isEmpty)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-691.
  @Test func `a job that exits 0 after a stop is not one that succeeded`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let job = try Self.cancelled(server.submit(Probe.path(), ["late-ender", "0"]), on: server)
    #expect(job.code == 0 && job.document["outcome"]?.string == "cancelled")
    #expect(job.failure?["code"]?.string == "ECANCELED", "\(job.document)")
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-691.
  @Test(arguments: ["INT", "TERM"])
  func `a job is asked by the signal that its program knows`(signal: String) throws {
    // All the time that it needs for the one that ends by itself.
    let grace = signal == "INT" ? "3600" : "1"
    let server = try RunningServer(
      whitelist: [Probe.path()], options: ["--stop-signal", signal, "--grace", grace])
    let job = try Self.cancelled(server.submit(Probe.path(), ["end-on-interrupt"]), on: server)
    #expect(job.code == (signal == "INT" ? 3 : nil), "\(job.document)")
    #expect(job.document["unfinished"] == (signal == "INT" ? nil : .bool(true)))
    #expect(try server.stop() == .exited(0))
  }
}
