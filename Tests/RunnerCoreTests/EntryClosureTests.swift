import RunnerCore
import SharedBounds
import Testing

/// Entries whose paths are not on the host: new jobs are refused, queued ones wait.
@Suite(.timeLimit(.minutes(30)))
struct EntryClosureTests {
  private static let entries = [EngineEntry(name: "a", hasHostPaths: true), EngineEntry(name: "b")]
  private static let first = EntryID(index: 0)

  @Test func `jobs wait until the paths of their entry are known to be there`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    #expect(try await harness.submit(["waits"]).state == .queued)
    await harness.engine.setClosure(of: Self.first, "", number: 1)
    #expect(try #require(await harness.launcher.next()).arguments == ["waits"])
    #expect(try await harness.submit(["runs"]).state != .queued)
    await harness.engine.shutDown()
  }

  @Test func `a closed entry refuses new jobs, keeps queued ones, and opens again`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    #expect(try await harness.submit(["waits"]).state == .queued)
    await harness.engine.setClosure(of: Self.first, "gone", number: 1)
    await #expect(throws: JobRefusal.entryClosed("gone")) { try await harness.submit() }
    await harness.engine.setClosure(of: Self.first, "", number: 2)
    #expect(try #require(await harness.launcher.next()).arguments == ["waits"])
    await harness.engine.shutDown()
  }

  @Test func `what is heard late of an entry counts for nothing`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    await harness.engine.setClosure(of: Self.first, "", number: 2)
    await harness.engine.setClosure(of: Self.first, "gone", number: 1)
    #expect(try await harness.submit().state != .queued)
    await harness.engine.shutDown()
  }

  @Test func `an entry of a reload is closed until it was looked at, whichever comes first`()
    async throws
  {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    await harness.engine.setClosure(of: Self.first, "", number: 1)
    await harness.engine.setClosure(of: EntryID(generation: 1, index: 0), "", number: 2)
    await harness.engine.reload(Self.entries, generation: 1) {}
    _ = try await harness.submit()
    #expect(await harness.launcher.next() != nil)
    await harness.engine.reload(Self.entries, generation: 2) {}
    _ = try await harness.submit(["waits"])
    #expect(harness.launcher.runningCount == 1)
    await harness.engine.setClosure(of: EntryID(generation: 1, index: 0), "", number: 3)
    #expect(harness.launcher.runningCount == 1, "that was said of the table before")
    await harness.engine.setClosure(of: EntryID(generation: 2, index: 0), "", number: 4)
    #expect(try #require(await harness.launcher.next()).arguments == ["waits"])
    await harness.engine.shutDown()
  }

  @Test func `a job of an entry that is gone does not wait for its paths`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    let waits = try await harness.submit(["waits"])
    await harness.engine.setClosure(of: Self.first, "gone", number: 1)
    #expect(harness.launcher.runningCount == 0)
    await harness.engine.reload([EngineEntry(name: "b")], generation: 1) {}
    let ended = await harness.callbacks.next(1)
    #expect(ended.map(\.id) == [waits.id] && ended[0].outcome?.failure?.step == "whitelist")
  }
}
