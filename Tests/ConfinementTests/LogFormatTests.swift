import Glibc
import TestSupport
import Testing

/// The lines of all processes of a service have one form.
struct LogFormatTests {
  private static let closed = "{entries: {echo: {path: '/bin/echo', read: ['/nonexistent/a']}}}"
  /// Has standard error stand for the journal's stream (JOURNAL_STREAM of systemd.exec(5)).
  private static let journal = [
    "/bin/sh", "-c", #"JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$@""#, "sh",
  ]

  /// The log of a service whose launcher and whose reload's compiler have something to say.
  private static func log(_ options: [String], _ wrapper: [String]) throws -> [String] {
    let process = try RunnerProcess(
      whitelist: [], options: options, config: closed, wrapper: wrapper)
    _ = try process.logLine("listening on ")
    try Files.write("{entries: {}, nonsense: 1}", to: process.configPath, mode: 0o600)
    process.child.send(SIGHUP)
    _ = try process.logLine("stays as it was")
    process.child.send(SIGTERM)
    #expect(try process.child.wait() == .exited(0), "\(process.log)")
    return process.log.split(separator: "\n").map { String($0) }
  }

  // Proves P-342.
  @Test func `launcher and compiler write JSON and priorities where the service does`() throws {
    let lines = try Self.log(["--log-format", "json"], Self.journal)
    for line in lines {
      let document = line.prefix { $0 != "{" }
      #expect(["<3>", "<4>", "<6>"].contains(String(document)), "\(line)")
      let json = try JSONValue(String(line.dropFirst(3)))
      #expect(json["event"]?.string != nil && json["time"]?.string?.hasSuffix("Z") == true)
      #expect(["info", "warning", "error"].contains(json["level"]?.string ?? ""))
    }
    let of = { (event: String) in lines.first { $0.contains("\"event\":\"\(event)\"") } }
    let closing = try #require(of("entry.closed"), "\(lines)")
    #expect(closing.hasPrefix("<4>") && closing.contains(#""path":"/bin/echo""#))
    #expect(of("configuration.refused")?.hasPrefix("<3>") == true, "\(lines)")
  }

  // Twin of P-342.
  @Test func `they write text, and what is severe enough, where the service does`() throws {
    let all = try Self.log([], [])
    #expect(all.contains { $0.hasPrefix("http-runner-launcher: warning: ") }, "\(all)")
    #expect(all.allSatisfy { $0.hasPrefix("http-runner") }, "\(all)")
  }
}
