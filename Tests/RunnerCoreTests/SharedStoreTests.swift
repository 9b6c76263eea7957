import CoreTestSupport
import RunnerCore
import Testing

/// Two machines, one store: what one leaves the other takes over, exactly once.
@Suite(.timeLimit(.minutes(30)))
struct SharedStoreTests {
  private static var one: EngineLimits {
    var limits = EngineLimits()
    limits.runningMax = 1
    return limits
  }

  private func harness(
    _ store: SharedStore, _ machine: Int, restartable: Bool = false
  ) -> EngineHarness<ManualLauncher> {
    EngineHarness(
      ManualLauncher(), limits: Self.one, store: store.node(machine),
      entries: [EngineEntry(isRestartable: restartable), EngineEntry()])
  }

  /// Each has its minute and its lease to sleep for.
  private func maintained(_ harness: EngineHarness<ManualLauncher>) async {
    await harness.engine.startMaintenance()
    while harness.clock.sleeperCount < 2 { await Task.yield() }
  }

  // Proves P-041.
  @Test(arguments: [false, true])
  func `the jobs of a machine that falls silent go to another, once, and it is fenced`(
    restartable: Bool
  ) async throws {
    let store = SharedStore()
    let first = harness(store, 1, restartable: restartable)
    let second = harness(store, 2, restartable: restartable)
    await maintained(first)
    await maintained(second)
    let ran = try await first.submit(["ran"])
    let waited = try await first.submit(["waited"])
    let lost = try #require(await first.launcher.next())

    // The first one's clock stands still: it says nothing any more.
    for _ in 0..<4 {
      second.clock.advance(seconds: 10)
      while second.clock.sleeperCount < 2 { await Task.yield() }
    }
    var expected = restartable ? ["ran", "waited"] : ["waited"]
    if !restartable {
      let told = await second.callbacks.next(1)
      #expect(told.map(\.id) == [ran.id] && told[0].outcome == .lost)
    }
    while !expected.isEmpty {
      let order = try #require(await second.launcher.next())
      #expect(order.arguments == [expected.removeFirst()])
      second.launcher.end(order.launchID, .exited(code: 2))
    }
    let told = await second.callbacks.next(restartable ? 2 : 1)
    #expect(told.allSatisfy { $0.outcome == .exited(code: 2) } && told.last?.id == waited.id)

    // It was only asleep: its word comes too late, and it starts nothing that it waited with.
    first.launcher.end(lost.launchID, .exited(code: 1))
    while first.engine.job(ran.id) != nil || first.engine.job(waited.id) != nil {
      await Task.yield()
    }
    #expect(first.callbacks.count == 0 && first.launcher.runningCount == 0)
    let outcome = try await second.engine.find(ran.id)?.outcome
    #expect(outcome == (restartable ? .exited(code: 2) : .lost))
    #expect(try await second.engine.find(waited.id)?.outcome == .exited(code: 2))
  }

  // Proves P-041.
  @Test func `a machine that comes back ends what it runs, and takes new jobs`() async throws {
    let store = SharedStore()
    let first = harness(store, 1)
    let second = harness(store, 2)
    await maintained(first)
    await maintained(second)
    _ = try await first.submit(["ran"])
    let waited = try await first.submit(["waited"])
    let lost = try #require(await first.launcher.next())
    for _ in 0..<4 {
      second.clock.advance(seconds: 10)
      while second.clock.sleeperCount < 2 { await Task.yield() }
    }
    _ = await second.callbacks.next(1)
    first.clock.advance(seconds: 40)
    while first.launcher.terminated != [lost.launchID] { await Task.yield() }
    while first.engine.job(waited.id) != nil { await Task.yield() }
    #expect(first.callbacks.count == 0)
    let new = try await first.submit(["new"])
    let order = try #require(await first.launcher.next())
    #expect(order.arguments == ["new"])
    first.launcher.end(order.launchID)
    #expect(await first.callbacks.next(1).map(\.id) == [new.id])
    await second.engine.shutDown()
  }

  // Twin of P-041.
  @Test func `a machine that renews keeps its jobs`() async throws {
    let store = SharedStore()
    let (first, second) = (harness(store, 1), harness(store, 2))
    await maintained(first)
    await maintained(second)
    let job = try await first.submit()
    let order = try #require(await first.launcher.next())
    for _ in 0..<20 {
      for harness in [first, second] {
        harness.clock.advance(seconds: 10)
        while harness.clock.sleeperCount < 2 { await Task.yield() }
      }
    }
    #expect(second.log.problems == [])
    first.launcher.end(order.launchID)
    #expect(await first.callbacks.next(1).map(\.id) == [job.id])
  }

  @Test func `a job is cancelled where it runs, whoever was asked, at once by a hint`() async throws
  {
    let store = SharedStore()
    let (first, second) = (harness(store, 1), harness(store, 2))
    await maintained(first)
    await maintained(second)
    let job = try await first.submit()
    _ = await first.launcher.next()
    #expect(try await second.engine.cancel(job.id) == .accepted)
    #expect(await first.callbacks.next(1).map(\.outcome) == [.cancelled(code: nil)])
    #expect(try await second.engine.cancel(job.id) == .ended)
  }

  // Proves P-040.
  @Test func `old jobs are forgotten each minute, though none ends`() async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    await harness.engine.startMaintenance()
    while harness.clock.sleeperCount < 1 { await Task.yield() }
    #expect(store.purgeCount == 0)
    harness.clock.advance(seconds: 60)
    while store.purgeCount == 0 { await Task.yield() }
  }
}
