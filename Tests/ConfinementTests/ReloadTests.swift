import Glibc
import TestSupport
import Testing

/// SIGHUP: the file is read again, and taken as a whole or not at all.
struct ReloadTests {
  private static let both = #"{entries: {echo: {path: "/bin/echo"}, nap: {path: "/bin/sleep"}}}"#

  private func write(_ text: String, for server: RunningServer) throws {
    try Files.write(text, to: server.process.configPath)
  }

  private func reload(
    _ server: RunningServer, _ text: String, until line: String = "reloaded: "
  ) throws {
    try write(text, for: server)
    server.process.child.send(SIGHUP)
    _ = try server.process.logLine(line)
  }

  // Proves P-068.
  @Test func `entries come and go, and jobs that run go on`() throws {
    let server = try RunningServer(whitelist: [], config: Self.both)
    let running = try server.submit("nap", ["2"])
    try reload(server, #"{entries: {format: {path: "/usr/bin/printf", profile: "compute"}}}"#)
    #expect(try server.run("format", ["new"]).stdout == "new")
    let old = try server.client.post(#"{"command":"echo","args":"x"}"#)
    #expect(old.status == 400, "\(old.text)")
    #expect(try server.finished(running).code == 0, "it was started under the table before")
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }

  @Test func `a reload compiles once, and says once what jobs of an entry can reach`() throws {
    let server = try RunningServer(whitelist: [], config: Self.both)
    try reload(
      server,
      #"{entries: {echo: {path: "/bin/echo", user: "\#(NamedUserTests.name)", wallClock: 9}}}"#)
    let warnings = server.process.log.ranges(of: "jobs run as ").count
    #expect(warnings == 1, "\(server.process.log)")
    // The policy that the compiler made is what requests are held against.
    #expect(try server.client.post(#"{"command":"echo","timeout":10}"#).status == 400)
    #expect(try server.client.post(#"{"command":"echo","timeout":9}"#).status == 202)
    #expect(try server.stop() == .exited(0))
  }

  @Test func `a path that is not there closes its own entry after a reload too`() throws {
    let server = try RunningServer(whitelist: [], config: Self.both)
    try reload(
      server,
      #"{entries: {echo: {path: "/bin/echo", read: ["/no/such"]}, nap: {path: "/bin/sleep"}}}"#)
    _ = try server.process.logLine("jobs of /bin/echo are refused: The path /no/such")
    try waiting(until: "it is refused") {
      try server.client.post(#"{"command":"echo"}"#).status == 503
    }
    #expect(try server.run("nap", ["0"]).code == 0)
    try write(Self.both, for: server)
    server.process.child.send(SIGHUP)
    try waiting(until: "it is taken again") {
      try server.client.post(#"{"command":"echo"}"#).status == 202
    }
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-068.
  @Test func `the new policy holds for jobs that waited`() throws {
    let one = #"{entries: {cat: {path: "/bin/cat", running: 1}, nap: {path: "/bin/sleep"}}}"#
    let server = try RunningServer(whitelist: [], options: ["--running", "1"], config: one)
    let holder = try server.submit("nap", ["3"])
    let waiting = try server.submit("cat", ["/srv"])
    let gone = try server.submit("nap", ["0"])
    try reload(server, #"{entries: {cat: {path: "/bin/cat", arguments: {deny: ["/srv*"]}}}}"#)
    #expect(try server.finished(holder).code == 0)
    #expect(try server.finished(waiting).failure?["step"]?.string == "arguments")
    #expect(try server.finished(gone).failure?["step"]?.string == "whitelist")
  }

  // Proves P-068.
  @Test(arguments: [
    (
      #"{entries: {echo: {path: "/bin/echo", profil: "x"}}}"#,
      ": entries.echo.profil: There is no such key"
    ),
    (#"{entries: {echo: {path: "/bin/no-such"}}}"#, "/bin/no-such is refused"),
    (#"{service: {queued: 7}, entries: {echo: {path: "/bin/echo"}}}"#, "service.queued"),
    (#"{entries: {echo: {path: "/bin/echo", devices: ["/dev/no-such"]}}}"#, "/dev/no-such"),
    ("{entries: ", "config.json5:1:"),
  ])
  func `what is wrong is told, and nothing changes`(text: String, word: String) throws {
    let server = try RunningServer(whitelist: [], config: Self.both)
    try reload(server, text, until: "the configuration stays as it was")
    _ = try server.process.logLine(word)
    #expect(try server.run("echo", ["still"]).stdout == "still\n")
    #expect(!server.process.log.contains("reloaded: "))
    // The twin: the same service takes a file that is right.
    try reload(server, #"{entries: {echo: {path: "/bin/echo"}}}"#)
    #expect(try server.run("echo", ["again"]).stdout == "again\n")
  }

  @Test func `without a file there is nothing to read, and nothing happens`() throws {
    let server = try RunningServer(whitelist: ["/bin/echo"])
    server.process.child.send(SIGHUP)
    _ = try server.process.logLine("started without a configuration file")
    #expect(try server.run("/bin/echo", ["x"]).stdout == "x\n")
  }

  @Test func `jobs that come while tables change all end well, whichever table runs them`() throws {
    let server = try RunningServer(whitelist: [], config: Self.both)
    var jobs: [String] = []
    for round in 0..<10 {
      try write(
        #"{entries: {n\#(round): {path: "/bin/ls"}, echo: {path: "/bin/echo"}}}"#, for: server)
      server.process.child.send(SIGHUP)
      for index in 0..<10 { jobs.append(try server.submit("echo", ["\(index)"])) }
    }
    for (index, job) in jobs.enumerated() {
      let end = try server.finished(job)
      #expect(end.stdout == "\(index % 10)\n", "\(end.document)")
    }
    #expect(try server.stop() == .exited(0), "\(server.process.log)")
  }
}
