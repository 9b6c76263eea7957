import Testing

@testable import RunnerCore

/// A drain: nothing new, and what runs ends by itself.
@Suite(.timeLimit(.minutes(30)))
struct JobDrainTests {
  // Proves P-281.
  @Test func `a drain takes and starts nothing, and is over with the last job`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 2
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    for _ in 0..<2 { _ = try await harness.submit() }
    let waits = try await harness.submit()
    let first = try #require(await harness.launcher.next())
    let second = try #require(await harness.launcher.next())
    await harness.engine.beginDrain()
    await #expect(throws: JobRefusal.shuttingDown) { try await harness.submit() }
    let drain = Task { await harness.engine.waitUntilDrained() }
    harness.launcher.end(first.launchID)
    _ = await harness.callbacks.next(1)
    let status = await harness.engine.queueStatus()
    #expect(status.isDraining && status.running == 1 && status.waiting == 1)
    harness.launcher.end(second.launchID)
    await drain.value
    #expect(await harness.engine.queueStatus().running == 0)
    #expect(harness.engine.job(waits.id)?.state == .queued && harness.launcher.terminated == [])
    await harness.engine.shutDown(keepsWaiting: true)
    #expect(harness.engine.job(waits.id)?.state == .queued, "it is left to the next process")
  }

  @Test func `a drain without jobs is over at once`() async {
    let harness = EngineHarness(ManualLauncher())
    await harness.engine.beginDrain()
    await harness.engine.waitUntilDrained()
    #expect(await harness.engine.readiness().first?.state == .failed)
  }
}
