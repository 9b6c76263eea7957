import RunnerCore
import Testing

/// Entries whose paths are not on the host: new jobs are refused, queued ones wait.
@Suite(.timeLimit(.minutes(5)))
struct EntryClosureTests {
  private static let entries = [EngineEntry(hasHostPaths: true), EngineEntry()]

  @Test func `jobs wait until the paths of their entry are known to be there`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    #expect(try await harness.submit(["waits"]).state == .queued)
    await harness.engine.setClosure(of: 0, "", number: 1)
    #expect(try #require(await harness.launcher.next()).arguments == ["waits"])
    #expect(try await harness.submit(["runs"]).state != .queued)
    await harness.engine.shutDown()
  }

  @Test func `a closed entry refuses new jobs, keeps queued ones, and opens again`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    #expect(try await harness.submit(["waits"]).state == .queued)
    await harness.engine.setClosure(of: 0, "gone", number: 1)
    await #expect(throws: JobRefusal.entryClosed("gone")) { try await harness.submit() }
    await harness.engine.setClosure(of: 0, "", number: 2)
    #expect(try #require(await harness.launcher.next()).arguments == ["waits"])
    await harness.engine.shutDown()
  }

  @Test func `what is heard late of an entry counts for nothing`() async throws {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    await harness.engine.setClosure(of: 0, "", number: 2)
    await harness.engine.setClosure(of: 0, "gone", number: 1)
    #expect(try await harness.submit().state != .queued)
    await harness.engine.shutDown()
  }

  @Test func `an entry of a reload is closed until it was looked at, whichever comes first`()
    async throws
  {
    let harness = EngineHarness(ManualLauncher(), entries: Self.entries)
    await harness.engine.setClosure(of: 0, "", number: 1)
    await harness.engine.setClosure(of: 2, "", number: 2)
    await harness.engine.reload(Self.entries, replacing: [0, 1]) {}
    _ = try await harness.submit()
    #expect(await harness.launcher.next() != nil)
    await harness.engine.reload(Self.entries, replacing: [2, 3]) {}
    _ = try await harness.submit(["waits"])
    #expect(harness.launcher.runningCount == 1)
    await harness.engine.setClosure(of: 4, "", number: 3)
    #expect(try #require(await harness.launcher.next()).arguments == ["waits"])
    await harness.engine.shutDown()
  }
}
