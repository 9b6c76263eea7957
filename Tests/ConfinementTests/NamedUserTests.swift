import TestSupport
import Testing

/// `--user NAME`: jobs run as one account of the host, so that they can write to its folders.
struct NamedUserTests {
  /// An account that every Debian has, with a group of another number, and that nothing runs as.
  static let name = "games"
  static let user = 5
  static let group = 60

  @Test func `jobs run as the named user, without its other groups, and write its files`() throws {
    let host = try RootFolder()
    try Files.makeFolder(host("shared"), mode: 0o700)
    try Files.setOwner(UInt32(Self.user), UInt32(Self.group), of: host("shared"))
    let script = try host.script("write", "#!/bin/sh\necho written > \"$1\"\n")
    let server = try RunningServer(
      whitelist: [Probe.path(), script],
      options: ["--user", Self.name, "--write", host("shared")])
    let facts = try server.probe("identity")
    #expect(facts["users"] == "\(Self.user) \(Self.user) \(Self.user)")
    #expect(facts["groups"] == "\(Self.group) \(Self.group) \(Self.group)")
    #expect(facts["group-count"] == "0")
    #expect(facts["CapBnd"] == Confinement.IdentityTests.noCapability)
    #expect(try server.probe("surroundings")["folder-owner"] == "\(Self.user) \(Self.group)")
    #expect(try server.run(script, [host("shared/file")]).code == 0)
    #expect(Files.text(of: host("shared/file")) == "written\n")
    #expect(try server.probe("survivor")["survivor"] != nil)
    #expect(ProcessTable.family(of: server.process.child.id).allSatisfy(Self.isOfService))
    #expect(try server.stop() == .exited(0))
  }

  private static func isOfService(_ id: Int32) -> Bool {
    !ProcessTable.lives(id) || ProcessTable.program(of: id)?.hasPrefix("http-runner") == true
  }

  @Test func `without the flag the same job cannot write there`() throws {
    let host = try RootFolder()
    try Files.makeFolder(host("shared"), mode: 0o700)
    try Files.setOwner(UInt32(Self.user), UInt32(Self.group), of: host("shared"))
    let script = try host.script("write", "#!/bin/sh\necho written > \"$1\"\n")
    let server = try RunningServer(whitelist: [script], options: ["--write", host("shared")])
    #expect(try server.run(script, [host("shared/file")]).code != 0)
    #expect(!Files.exists(host("shared/file")))
    #expect(try server.stop() == .exited(0))
  }

  /// A service with two ids for jobs, which come round at once, and a shared folder that all of its
  /// entries may write.
  private static func sharing(_ folder: String) throws -> RunningServer {
    let entry = "path: '/bin/sh', write: ['\(folder)']"
    let first = IdentityRanges.next().lowerBound
    return try RunningServer(
      whitelist: [], options: ["--running", "2"],
      config: "{entries: {named: {\(entry), user: '\(name)'}, other: {\(entry)}}}",
      users: first...first + 4)
  }

  /// How many of four later jobs read what a job of `entry` kept to itself in the shared folder.
  private static func readers(ofFileBy entry: String) throws -> Int {
    let host = try RootFolder()
    try Files.makeFolder(host("shared"), mode: 0o1777)
    let server = try sharing(host("shared"))
    let kept = host("shared/kept")
    #expect(try server.run(entry, ["-c", "umask 077; echo kept > \(kept)"]).code == 0)
    let seen = try (1...4).filter { _ in
      try server.run("other", ["-c", "cat \(kept)"]).stdout == "kept\n"
    }
    #expect(try server.stop() == .exited(0))
    return seen.count
  }

  // Proves P-216.
  @Test func `what a job with a user keeps to itself stays closed to later jobs`() throws {
    #expect(try Self.readers(ofFileBy: "named") == 0)
  }

  // Twin of P-216.
  @Test func `without a user the later job of the same id reads it`() throws {
    #expect(try Self.readers(ofFileBy: "other") == 2)
  }

  static let refusals: [(user: String, code: Int32)] = [
    ("root", 64), ("0", 64), ("", 64), ("nobody-has-this-name", 78),
  ]

  @Test(arguments: refusals)
  func `root, by name or by number, and nobody at all are refused`(
    _ user: String, _ code: Int32
  ) throws {
    let process = try RunnerProcess(whitelist: ["/bin/true"], options: ["--user", user])
    #expect(try process.child.wait() == .exited(code), "\(process.log)")
    #expect(process.log.contains("--user"), "\(process.log)")
  }
}
