import TestSupport
import Testing

/// The profile `compute`: no network, no new processes, no memory that is written and executed.
struct ComputeProfileTests {
  static let ways = [
    "map", "protect", "protect-all", "file", "memory-file", "segment", "own-memory-file",
    "personality",
  ]

  // Proves P-022, P-078.
  @Test func `under compute nothing that was written can be executed`() throws {
    let server = try RunningServer(
      whitelist: [],
      config: """
        {entries: {probe: {path: "\(Probe.path())", profile: "compute"}}}
        """)
    let found = try server.probe("write-or-execute")
    for way in Self.ways { #expect(found[way] != nil && found[way] != "ok", "\(way)") }
    let bomb = try server.run(Probe.path(), ["forks", "3"])
    #expect(ProbeOutput(bomb.stdout)["made"] == "0", "\(bomb.document)")
    let families = try server.probe("families")
    for family in Confinement.ArgumentCheckTests.families {
      #expect(families[family] != "ok", "\(family)")
    }
    #expect(try server.probe("work", ["1"])["sum"] != nil, "it computes")
    #expect(try server.stop() == .exited(0))
  }

  static let doors = ["map", "execute"]

  // Proves P-022.
  @Test(arguments: [("", "/tmp"), ("", "/work"), (", scratch: {place: 'disk'}", "/work")])
  func `under compute no program that was written can be run, on disk neither`(
    keys: String, place: String
  ) throws {
    let server = try Self.server(keys)
    let found = try server.probe("run-written", [place])
    for door in Self.doors { #expect(found[door] == "EPERM" || found[door] == "EACCES", "\(door)") }
    #expect(try server.stop() == .exited(0))
  }

  // Proves P-022.
  @Test func `nor in a folder that policy lets jobs write`() throws {
    let folder = try RootFolder()
    try Files.makeFolder(folder("out"))
    try Files.setMode(0o777, of: folder("out"))
    let server = try Self.server(", write: ['\(folder("out"))']")
    let found = try server.probe("run-written", [folder("out")])
    for door in Self.doors { #expect(found[door] == "EPERM" || found[door] == "EACCES", "\(door)") }
    #expect(try server.stop() == .exited(0))
  }

  // Twin of P-022.
  /// The twin: where the profile does not promise it, each of them can.
  @Test func `under standard what was written can be run`() throws {
    let folder = try RootFolder()
    try Files.makeFolder(folder("out"))
    try Files.setMode(0o777, of: folder("out"))
    let server = try Self.server(
      ", write: ['\(folder("out"))'], scratch: {place: 'disk'}", profile: "standard")
    for place in ["/tmp", "/work", folder("out")] {
      let found = try server.probe("run-written", [place])
      for door in Self.doors { #expect(found[door] == "ok", "\(place): \(door)") }
    }
    #expect(try server.stop() == .exited(0))
  }

  private static func server(
    _ keys: String, profile: String = "compute"
  ) throws -> RunningServer {
    try RunningServer(
      whitelist: [],
      config: "{entries: {probe: {path: '\(Probe.path())', profile: '\(profile)'\(keys)}}}")
  }

  // Twin of P-022, P-078.
  @Test func `outside, every way to execute what was written works`() throws {
    let facts = try Probe.bare("write-or-execute")
    for way in Self.ways { #expect(facts[way] == "ok", "\(way)") }
  }
}
