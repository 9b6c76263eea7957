import TestSupport
import Testing

/// The profile `compute`: no network, no new processes, no memory that is written and executed.
struct ComputeProfileTests {
  static let ways = [
    "map", "protect", "protect-all", "file", "memory-file", "segment", "own-memory-file",
    "personality",
  ]

  @Test func `under compute nothing that was written can be executed`() throws {
    let server = try RunningServer(
      whitelist: [],
      config: """
        {entries: {probe: {path: "\(Probe.path())", profile: "compute"}}}
        """)
    let found = try server.probe("write-or-execute")
    for way in Self.ways { #expect(found[way] != nil && found[way] != "ok", "\(way)") }
    let bomb = try server.run(Probe.path(), ["forks", "3"])
    #expect(Facts(bomb.stdout)["made"] == "0", "\(bomb.document)")
    let families = try server.probe("families")
    for family in Confinement.ArgumentCheckTests.families {
      #expect(families[family] != "ok", "\(family)")
    }
    #expect(try server.probe("work", ["1"])["sum"] != nil, "it computes")
    #expect(try server.stop() == .exited(0))
  }

  @Test func `outside, every way to execute what was written works`() throws {
    let facts = try Probe.bare("write-or-execute")
    for way in Self.ways { #expect(facts[way] == "ok", "\(way)") }
  }
}
