import Testing

struct EventTableTests {
  @Test func `the page of events is what the code writes, and each event has a name`() throws {
    let events = EventTable.events(in: Repository.sources)
    #expect(events.count > 80, "the reading has lost its events")
    #expect(events.contains { $0.programs == ["launcher"] })
    expectNone(EventTable.findings(in: Repository.sources))
    expectNone(
      try GeneratedDocument.findings(EventTable.page, expected: EventTable.text(of: events)))
  }

  @Test func `names, levels and fields are read from a call, and a call without a name is found`()
    throws
  {
    let file = SourceFile(
      path: "Sources/Sandbox/Launcher/a.swift",
      text: """
        OperatorLog.error(
          "disk.full", "no room (for \\(name))", ["path": path, "free_bytes": 0])
        ports.log.log(.info, isOn ? "lamp.lit" : "lamp.out", "it is \\(isOn)")
        OperatorLog.info("a sentence")
        """)
    let events = EventTable.events(in: [file])
    #expect(events.map(\.name) == ["disk.full", "lamp.lit", "lamp.out"])
    let first = try #require(events.first)
    #expect(first.levels == ["error"] && first.programs == ["launcher"])
    #expect(first.fields == ["path", "free_bytes"])
    #expect(EventTable.findings(in: [file]).map(\.line) == [4])
  }
}
