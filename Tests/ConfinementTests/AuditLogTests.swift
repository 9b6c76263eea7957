import Glibc
import TestSupport
import Testing

/// The audit log of the real service.
struct AuditLogTests {
  // Proves P-282.
  @Test func `requests are lines of a file of the service's own, and SIGUSR2 begins another`()
    throws
  {
    let host = try RootFolder()
    let folder = host("audit")
    let server = try RunningServer(
      whitelist: ["/bin/echo"], options: ["--audit-folder", folder])
    let job = try server.run("/bin/echo", ["secret"])
    let id = try #require(job.document["id"]?.string)
    let text: String = try waiting(for: "the lines of the job") {
      Files.text(of: folder + "/audit.log").flatMap { $0.contains("\"GET\"") ? $0 : nil }
    }
    let line = try #require(text.split(separator: "\n").first { $0.contains("\"POST\"") })
    let made = try JSONValue(String(line))
    #expect(made["job"]?.string == id && made["status"]?.integer == 202, "\(text)")
    #expect(made["principal"]?.string == "127.0.0.1" && made["evidence"]?.string == "address")
    #expect(made["request"] == job.document["requestId"] && !text.contains("secret"))
    let owner = try CommandRun("/usr/bin/stat", ["-c", "%u %a", folder, folder + "/audit.log"])
    let user = server.process.users.lowerBound
    #expect(owner.stdout == "\(user) 700\n\(user) 600\n")
    server.process.child.send(SIGUSR2)
    try waiting(until: "the file to be rotated") { Files.exists(folder + "/audit.log.1") }
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }
}
