import Glibc
import TestSupport
import Testing

/// Hours of entries need the time zones of the host (package tzdata), which the confined service
/// reads again at a reload.
struct WindowReloadTests {
  private static func config(_ zone: String) -> String {
    """
    {entries: {echo: {path: "/bin/echo", windows: ["00:00-12:00", "12:00-24:00"],
      timeZone: "\(zone)"}}}
    """
  }

  @Test func `an entry with hours survives a reload, with its own zone and another`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config("UTC"))
    #expect(try server.run("echo", ["first"]).stdout == "first\n")
    for (round, zone) in ["UTC", "Europe/Berlin"].enumerated() {
      try Files.write(Self.config(zone), to: server.process.configPath)
      server.process.child.send(SIGHUP)
      try waiting(until: "reload \(round + 1)") {
        server.process.log.ranges(of: "reloaded: ").count == round + 1
      }
      #expect(try server.run("echo", [zone]).stdout == "\(zone)\n")
    }
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }

  @Test func `an unknown zone is refused at a reload, and the service goes on`() throws {
    let server = try RunningServer(whitelist: [], config: Self.config("UTC"))
    try Files.write(Self.config("Europe/Bonn"), to: server.process.configPath)
    server.process.child.send(SIGHUP)
    _ = try server.process.logLine("This host has no time zone `Europe/Bonn`")
    #expect(try server.run("echo", ["still"]).stdout == "still\n")
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }
}
