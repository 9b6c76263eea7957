import RunnerCore
import Testing

/// What the engine does where the store does not say whether it did what it was asked.
@Suite(.timeLimit(.minutes(30)))
struct LostAnswerTests {
  private static let unknown = JobRefusal.notStored(.unknown("the answer is lost"))

  /// Until the engine waits for the store.
  private func waitForRetry<Launcher>(_ harness: EngineHarness<Launcher>) async {
    while harness.clock.sleeperCount == 0 { await Task.yield() }
  }

  // Proves P-670.
  @Test func `a job whose addition was not confirmed runs once where the store has it`()
    async throws
  {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    store.loseAnswers(true)
    await #expect(throws: Self.unknown) { try await harness.submit() }
    #expect(harness.launcher.runningCount == 0, "not before it is known to be kept")
    store.loseAnswers(false)
    await waitForRetry(harness)
    harness.clock.advance(seconds: 1)
    let order = try #require(await harness.launcher.next())
    harness.launcher.end(order.launchID)
    let told = await harness.callbacks.next(1)
    #expect(store.ended(told[0].id)?.state == .finished(.exited(code: 0)))
    #expect(harness.launcher.runningCount == 0)
  }

  // Twin of P-670.
  @Test func `a job whose addition was not confirmed gives its slot back where it is not kept`()
    async throws
  {
    var limits = EngineLimits()
    limits.runningMax = 1
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), limits: limits, store: store)
    store.fail(.unknown("the answer is lost"))
    await #expect(throws: Self.unknown) { try await harness.submit(["lost"]) }
    store.fail(nil)
    let next = try await harness.submit(["next"])
    #expect(next.state == .queued, "the slot is kept for the one that may be there")
    await waitForRetry(harness)
    harness.clock.advance(seconds: 1)
    let order = try #require(await harness.launcher.next())
    #expect(order.arguments == ["next"])
    harness.launcher.end(order.launchID)
    #expect(await harness.callbacks.next(1).map(\.id) == [next.id])
  }

  // Proves P-671.
  @Test func `a claim that was not confirmed is repeated, and its job runs once`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), limits: limits, store: store)
    _ = try await harness.submit(["first"])
    let second = try await harness.submit(["second"])
    let first = try #require(await harness.launcher.next())
    let third = try await harness.submit(["third"])
    store.loseAnswers(true)
    harness.launcher.end(first.launchID)
    // The end of the first and the claim of the second.
    while harness.clock.sleeperCount < 2 { await Task.yield() }
    store.loseAnswers(false)
    #expect(try await harness.engine.cancel(third.id) == .accepted)
    harness.clock.advance(seconds: 1)
    let order = try #require(await harness.launcher.next())
    #expect(order.arguments == ["second"])
    harness.launcher.end(order.launchID)
    let told = await harness.callbacks.next(3).map(\.id)
    #expect(Set(told).count == 3 && told.contains(second.id))
    #expect(store.ended(second.id)?.state == .finished(.exited(code: 0)))
  }

  // Proves P-671.
  @Test func `a claim that was not confirmed waits for a store that is away, and so does a cancel`()
    async throws
  {
    var limits = EngineLimits()
    limits.runningMax = 1
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), limits: limits, store: store)
    _ = try await harness.submit(["first"])
    let second = try await harness.submit(["second"])
    let first = try #require(await harness.launcher.next())
    store.loseAnswers(true)
    harness.launcher.end(first.launchID)
    // The end of the first and the claim of the second.
    while harness.clock.sleeperCount < 2 { await Task.yield() }
    store.loseAnswers(false)
    store.fail(.away("it is away"))
    harness.clock.advance(seconds: 1)
    while harness.clock.sleeperCount < 2 { await Task.yield() }
    #expect(try await harness.engine.cancel(second.id) == .accepted)
    store.fail(nil)
    harness.clock.advance(seconds: 1)
    let told = await harness.callbacks.next(2).map(\.id)
    #expect(told.contains(second.id) && harness.launcher.runningCount == 0)
    let ended = try #require(store.ended(second.id))
    #expect(ended.epoch == 1 && ended.state == .finished(.cancelled(code: nil)))
  }

  // Proves P-672.
  @Test func `an end that was not confirmed is repeated, and told once`() async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    let job = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    store.loseAnswers(true)
    harness.launcher.end(order.launchID, .exited(code: 5))
    await waitForRetry(harness)
    #expect(harness.callbacks.count == 0)
    store.loseAnswers(false)
    harness.clock.advance(seconds: 1)
    #expect(await harness.callbacks.next(1).map(\.id) == [job.id])
    #expect(store.ended(job.id)?.state == .finished(.exited(code: 5)))
  }
}
