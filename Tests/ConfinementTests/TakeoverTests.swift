import Glibc
import TestSupport
import Testing

/// What the listening process could ask of its launcher if somebody had taken it over: its end of
/// their pair is taken from it, and used.
struct TakeoverTests {
  static let refused = [
    "folder", "handle", "file", "device", "socket", "unsealed-memory", "number-0",
    "number-of-another", "settle-generation", "settle-entry", "settle-action", "settle-folder",
    "settle-up", "settle-root", "settle-name", "settle-target",
  ]

  // Proves P-048.
  @Test(arguments: refused)
  func `what would lead a job out of its confinement ends the launcher, and all jobs with it`(
    _ way: String
  ) throws {
    let host = try RootFolder()
    try Files.makeFolder(host("out"), mode: 0o777)
    let server = try RunningServer(whitelist: [Probe.path()], options: ["--write", host("out")])
    _ = try server.submit(Probe.path(), ["stubborn"])
    try waiting(until: "a job to run") { !server.process.jobProcesses().isEmpty }
    let facts = try Probe.bare("takeover", ["\(server.process.child.id)", way])
    #expect(facts["sent"] == "ok" && facts["output"] == "0", "\(facts.text)")
    #expect(try server.process.child.wait() != .exited(0), "the service cannot go on without it")
    _ = try server.process.logLine("badValue")
    try waiting(until: "the jobs to be gone") { server.process.jobProcesses().isEmpty }
  }

  // Twin of P-048.
  /// The twin: what the service itself sends is taken from there as well.
  @Test(arguments: ["pipe", "null", "memory"])
  func `what it may ask for is done, and all goes on`(_ way: String) throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let facts = try Probe.bare("takeover", ["\(server.process.child.id)", way])
    #expect(facts["sent"] == "ok")
    #expect(try #require(facts.number("output")) > 0, "the job has printed")
    #expect(try server.run(Probe.path(), ["identity"]).code == 0)
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-048.
  /// The twin: a result of its own may be removed, and a job's time asked for.
  @Test func `what it may ask of results and jobs is answered, and all goes on`() throws {
    let host = try RootFolder()
    try Files.makeFolder(host("out"), mode: 0o777)
    try Files.write("x", to: host("out/.http-runner-x"), mode: 0o666)
    let server = try RunningServer(whitelist: [Probe.path()], options: ["--write", host("out")])
    for way in ["time", "settle"] {
      #expect(try Probe.bare("takeover", ["\(server.process.child.id)", way])["sent"] == "ok")
    }
    try waiting(until: "the result to be removed") {
      Files.entries(of: host("out"))?.isEmpty == true
    }
    #expect(try server.run(Probe.path(), ["identity"]).code == 0)
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-048.
  /// The launcher gives no folder but the service's own to a job, and moves nothing of another.
  @Test func `a folder of files that is not the service's own fails the launch`() throws {
    let server = try RunningServer(whitelist: [Probe.path()])
    let facts = try Probe.bare("takeover", ["\(server.process.child.id)", "files-of-root"])
    #expect(facts["sent"] == "ok" && facts["output"] == "0", "\(facts.text)")
    #expect(try server.run(Probe.path(), ["identity"]).code == 0, "and all goes on")
    #expect(try server.stop() == .exited(0))
  }
}
