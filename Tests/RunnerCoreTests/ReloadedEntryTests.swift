import RunnerCore
import SharedBounds
import Testing

/// Jobs across reloads: each keeps its entry by name, whatever index the launcher gives it.
@Suite(.timeLimit(.minutes(30)))
struct ReloadedEntryTests {
  private static let entries = [EngineEntry(name: "a"), EngineEntry(name: "b", runningMax: 1)]
  private static let swapped = [EngineEntry(name: "b", runningMax: 1), EngineEntry(name: "a")]

  @Test func `a job that waits is launched by the identity that its entry has then`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    try await harness.engine.pause()
    _ = try await harness.submit(["waits"])
    await harness.engine.reload(Self.swapped, generation: 1) {}
    try await harness.engine.resume()
    let order = try #require(await harness.launcher.next())
    #expect(order.entry == EntryID(generation: 1, index: 1))
    await harness.engine.shutDown()
  }

  @Test func `a launch that a reload overtook is made again, whichever comes first`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    _ = try await harness.submit()
    let early = try #require(await harness.launcher.next())
    #expect(early.entry == EntryID(index: 0))
    // The launcher has the new table, and the engine has not heard of it.
    harness.launcher.retire(early.launchID)
    await harness.engine.reload(Self.swapped, generation: 1) {}
    let late = try #require(await harness.launcher.next())
    #expect(late.launchID == early.launchID)
    #expect(late.entry == EntryID(generation: 1, index: 1))
    await harness.engine.reload(Self.entries, generation: 2) {}
    harness.launcher.retire(late.launchID)
    #expect(await harness.launcher.next()?.entry == EntryID(generation: 2, index: 0))
    await harness.engine.shutDown()
  }

  @Test func `a launch that waits for a reload is over with a cancel and with a stop`() async throws
  {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    let cancelled = try await harness.submit()
    let stopped = try await harness.submit()
    for _ in 0..<2 { harness.launcher.retire(try #require(await harness.launcher.next()).launchID) }
    #expect(try await harness.engine.cancel(cancelled.id) == .accepted)
    await harness.engine.shutDown()
    #expect(harness.engine.job(cancelled.id)?.outcome == .cancelled(code: nil))
    #expect(harness.engine.job(stopped.id)?.outcome == .stopped(code: nil))
  }

  @Test func `jobs of an entry count together over reloads, also when it was gone in between`()
    async throws
  {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    _ = try await harness.submit(["runs"], command: "/bin/b")
    let runs = try #require(await harness.launcher.next())
    await harness.engine.reload([EngineEntry(name: "a")], generation: 1) {}
    await harness.engine.reload(Self.entries, generation: 2) {}
    #expect(try await harness.submit(["waits"], command: "/bin/b").state == .queued)
    harness.launcher.end(runs.launchID)
    #expect(try #require(await harness.launcher.next()).arguments == ["waits"])
    await harness.engine.shutDown()
  }

  @Test func `a job whose entry is gone when its turn comes says so`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    try await harness.engine.pause()
    let job = try await harness.submit(command: "/bin/b")
    await harness.engine.reload([EngineEntry(name: "a")], generation: 1) {}
    try await harness.engine.resume()
    let ended = await harness.callbacks.next(1)
    #expect(ended.map(\.id) == [job.id] && ended[0].outcome?.failure?.step == "whitelist")
    #expect(harness.launcher.runningCount == 0)
  }
}
