import TestSupport
import Testing

/// What the operator's log says of each job.
struct JobLogTests {
  @Test func `the log has a line for the start of a job and one for its end`() throws {
    let server = try RunningServer(whitelist: ["/bin/echo"])
    let id = try #require(server.run("/bin/echo", ["secret"]).document["id"]?.string)
    let lines = server.process.log.split(separator: "\n").filter { $0.contains(id) }
    #expect(lines.count == 2 && lines.first?.hasSuffix("/bin/echo starts") == true, "\(lines)")
    #expect(lines.last?.contains("exited 0,") == true && !lines.contains { $0.contains("secret") })
    #expect(try server.stop() == .exited(0))
  }
}
