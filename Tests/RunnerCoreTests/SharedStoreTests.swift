import CoreTestSupport
import RunnerCore
import Synchronization
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

  /// Each has its minute, its lease and its looks at the others to sleep for.
  private func maintained(_ harness: EngineHarness<ManualLauncher>) async {
    await harness.engine.startMaintenance()
    while harness.clock.sleeperCount < 3 { await Task.yield() }
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

    // What waits is nobody's, and starts where there is a slot.
    second.clock.advance(seconds: 1)
    var order = try #require(await second.launcher.next())
    #expect(order.arguments == ["waited"])
    second.launcher.end(order.launchID, .exited(code: 2))
    #expect(await second.callbacks.next(1).map(\.id) == [waited.id])
    // The first one's clock stands still: it says nothing any more.
    for _ in 0..<4 {
      second.clock.advance(seconds: 10)
      while second.clock.sleeperCount < 3 { await Task.yield() }
    }
    if restartable {
      order = try #require(await second.launcher.next())
      #expect(order.arguments == ["ran"])
      second.launcher.end(order.launchID, .exited(code: 2))
    }
    let told = await second.callbacks.next(1)
    #expect(told.map(\.id) == [ran.id])
    #expect(told[0].outcome == (restartable ? .exited(code: 2) : .lost))

    // It was only asleep: its word comes too late, and it starts nothing that it waited with.
    first.launcher.end(lost.launchID, .exited(code: 1))
    while first.engine.job(ran.id) != nil { await Task.yield() }
    #expect(first.callbacks.count == 0 && first.launcher.runningCount == 0)
    let outcome = try await second.engine.find(ran.id)?.outcome
    #expect(outcome == (restartable ? .exited(code: 2) : .lost))
    #expect(try await first.engine.find(waited.id)?.outcome == .exited(code: 2))
  }

  // Proves P-041.
  @Test func `a machine that comes back ends what it runs, and takes new jobs`() async throws {
    let store = SharedStore()
    let first = harness(store, 1)
    let second = harness(store, 2)
    await maintained(first)
    await maintained(second)
    _ = try await first.submit(["ran"])
    let lost = try #require(await first.launcher.next())
    for _ in 0..<4 {
      second.clock.advance(seconds: 10)
      while second.clock.sleeperCount < 3 { await Task.yield() }
    }
    _ = await second.callbacks.next(1)
    first.clock.advance(seconds: 40)
    while first.launcher.terminated != [lost.launchID] { await Task.yield() }
    #expect(first.callbacks.count == 0)
    let new = try await first.submit(["new"])
    let order = try #require(await first.launcher.next())
    #expect(order.arguments == ["new"])
    first.launcher.end(order.launchID)
    #expect(await first.callbacks.next(1).map(\.id) == [new.id])
    await second.engine.shutDown()
  }

  // Proves P-688.
  @Test func `a job that others would start again stands still while the lease may be over`()
    async throws
  {
    let store = SharedStore()
    let first = harness(store, 1, restartable: true)
    await maintained(first)
    let job = try await first.submit()
    let order = try #require(await first.launcher.next())
    store.setAway(1, true)
    first.clock.advance(seconds: 20)
    while first.clock.sleeperCount < 3 { await Task.yield() }
    #expect(first.launcher.frozen == [])
    first.clock.advance(seconds: 7.5)
    while first.launcher.frozen != [order.launchID] { await Task.yield() }
    let waiting = try await first.submit(["waiting"])
    #expect(first.engine.job(waiting.id)?.state == .queued, "nothing starts")
    #expect(try await first.engine.setFrozen(job.id, false) != .done)
    store.setAway(1, false)
    first.clock.advance(seconds: 10)
    while first.launcher.frozen != [] { await Task.yield() }
    first.launcher.end(order.launchID)
    #expect(await first.callbacks.next(1).map(\.id) == [job.id])
    await first.engine.shutDown()
  }

  // Twin of P-688.
  @Test func `a job that runs once at most goes on, and one that cannot stand still is ended`()
    async throws
  {
    for restartable in [false, true] {
      let store = SharedStore()
      let first = harness(store, 1, restartable: restartable)
      await maintained(first)
      _ = try await first.submit()
      let order = try #require(await first.launcher.next())
      if restartable { first.launcher.setFrozenRefusal.withLock { $0 = "No freezer." } }
      store.setAway(1, true)
      first.clock.advance(seconds: 29)
      while first.clock.sleeperCount < 3 { await Task.yield() }
      if restartable {
        while first.launcher.terminated != [order.launchID] { await Task.yield() }
        #expect(first.callbacks.count == 0, "it is no end")
        store.setAway(1, false)
        first.clock.advance(seconds: 10)
        let again = try #require(await first.launcher.next())
        first.launcher.end(again.launchID)
      } else {
        #expect(first.launcher.frozen == [] && first.launcher.terminated == [])
        first.launcher.end(order.launchID)
      }
      #expect(await first.callbacks.next(1).map(\.outcome) == [.exited(code: 0)])
    }
  }

  @Test func `a job that stands still is cancelled once the lease is confirmed`() async throws {
    let store = SharedStore()
    let first = harness(store, 1, restartable: true)
    await maintained(first)
    let job = try await first.submit()
    let order = try #require(await first.launcher.next())
    store.setAway(1, true)
    first.clock.advance(seconds: 27.5)
    while first.launcher.frozen != [order.launchID] { await Task.yield() }
    #expect(try await first.engine.cancel(job.id) == .accepted)
    #expect(first.launcher.terminated == [], "to end it would go on for a while")
    store.setAway(1, false)
    first.clock.advance(seconds: 10)
    #expect(await first.callbacks.next(1).map(\.outcome) == [.cancelled(code: nil)])
    #expect(first.launcher.terminated == [order.launchID])
  }

  // Proves P-041.
  @Test func `a start after two clean stops runs what each has left once`() async throws {
    let store = SharedStore()
    let stopped = [harness(store, 1), harness(store, 2)]
    for harness in stopped {
      try await harness.engine.pause()
      for number in 0..<20 { _ = try await harness.submit(["\(number)"]) }
      await harness.engine.shutDown(keepsWaiting: true)
      await harness.engine.leave()
    }
    let next = harness(store, 3)
    _ = try await next.engine.recover()
    try await next.engine.resume()
    for _ in 0..<40 { next.launcher.end(try #require(await next.launcher.next()).launchID) }
    let told = await next.callbacks.next(40)
    #expect(Set(told.map(\.id)).count == 40)
    #expect(next.launcher.runningCount == 0)
    await next.engine.shutDown()
  }

  @Test func `a job that is held elsewhere is neither filled nor started here`() async throws {
    let store = SharedStore()
    let (first, second) = (harness(store, 1), harness(store, 2))
    let request = try JobRequest(command: "/bin/a", arguments: ["a"])
    let job = try await first.engine.submit(request, key: "key", isFilled: true)
    #expect(await first.engine.beginFilling(job) == .own)
    let seen = try await second.engine.submit(request, key: "key", isFilled: true)
    #expect(seen.id == job.id && second.engine.isHeldElsewhere(seen))
    #expect(await second.engine.beginFilling(seen) == .ofAnother)
    guard case .elsewhere = try await second.engine.start(job.id) else {
      Issue.record("it is started where its files are not")
      return
    }
    await first.engine.withdraw(job.id)
    await first.engine.shutDown()
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
        while harness.clock.sleeperCount < 3 { await Task.yield() }
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
