import TestSupport
import Testing

/// What a job gets when its executable changes between the start of the service and the launch.
struct ExecutableSwapTests {
  struct Swap: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Changes the entry at the path that it is given.
    let make: @Sendable (RootFolder, String) throws -> Void
    /// What the failed launch says.
    let says: String
  }

  static let bad: [Swap] = [
    Swap(
      testDescription: "replaced by a set-uid file",
      make: { try replace($0, $1, mode: 0o4755) }, says: "set-uid"),
    Swap(
      testDescription: "replaced by a file that others may write",
      make: { try replace($0, $1, mode: 0o757) }, says: "write"),
    Swap(
      testDescription: "replaced by another user's file",
      make: { try replace($0, $1, mode: 0o755, owner: Probe.nobody) }, says: "root"),
    Swap(
      testDescription: "given a set-uid bit",
      make: { _, entry in try Files.setMode(0o4755, of: entry) }, says: "set-uid"),
    Swap(
      testDescription: "given a capability",
      make: { _, entry in _ = try Probe.bare("grant-capability", [entry]) }, says: "capabilities"),
    Swap(
      testDescription: "replaced by a link into another user's folder",
      make: { folder, entry in
        try Files.makeFolder(folder("foreign"))
        try Files.write("#!/bin/sh\necho swapped\n", to: folder("foreign/entry"), mode: 0o755)
        try Files.setOwner(Probe.nobody, 0, of: folder("foreign"))
        try Files.makeLink(folder("new"), to: folder("foreign/entry"))
        try Files.move(folder("new"), over: entry)
      }, says: "root"),
    Swap(
      testDescription: "its folder opened to everybody",
      make: { folder, _ in try Files.setMode(0o777, of: folder.path) }, says: "write"),
  ]

  // Proves P-031.
  @Test(arguments: bad)
  func `a job does not run what became unfit after the start`(_ swap: Swap) throws {
    let folder = try RootFolder()
    let entry = try folder.script("entry", "#!/bin/sh\necho first\n")
    let server = try RunningServer(whitelist: [entry])
    #expect(try server.run(entry).stdout == "first\n", "the twin: unchanged, it runs")
    try swap.make(folder, entry)
    let job = try server.run(entry)
    #expect(job.stdout == "" && job.stderr == "")
    #expect(job.failure?["step"]?.string == "executable", "\(job.document)")
    #expect(job.failure?["message"]?.string?.contains(swap.says) == true, "\(job.document)")
    #expect(job.code.map { $0 < 0 } == true && job.code == job.failure?["errno"]?.integer)
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-031.
  @Test func `an upgrade is picked up and logged`() throws {
    let folder = try RootFolder()
    let entry = try folder.script("entry", "#!/bin/sh\necho first\n")
    let server = try RunningServer(whitelist: [entry])
    #expect(try server.run(entry).stdout == "first\n")
    #expect(!Self.logs(entry, server))
    try Self.replace(folder, entry, mode: 0o755)
    #expect(try server.run(entry).stdout == "swapped\n")
    #expect(Self.logs(entry, server), "\(server.process.log)")
    #expect(try server.stop() == .exited(0))
  }

  private static func logs(_ entry: String, _ server: RunningServer) -> Bool {
    server.process.log.split(separator: "\n").contains {
      $0.contains(entry) && ($0.contains("replaced") || $0.contains("changed"))
    }
  }

  private static func replace(
    _ folder: RootFolder, _ entry: String, mode: UInt32, owner: UInt32 = 0
  ) throws {
    try Files.write("#!/bin/sh\necho swapped\n", to: folder("new"), mode: mode)
    try Files.setOwner(owner, owner, of: folder("new"))
    try Files.setMode(mode, of: folder("new"))  // A change of owner takes set-id bits away.
    try Files.move(folder("new"), over: entry)
  }
}
