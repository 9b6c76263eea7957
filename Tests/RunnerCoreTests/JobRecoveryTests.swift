import RunnerCore
import Testing

/// What an earlier process left is taken up, and what the store does not take is tried again.
@Suite(.timeLimit(.minutes(30)))
struct JobRecoveryTests {
  private static let time = Timestamp(microseconds: 1_600_000_000_000_000)

  private func leftover(
    _ name: String, command: String = "/bin/a", running: Bool = false
  ) throws -> Job {
    var job = Job(
      request: try JobRequest(command: command, arguments: [name], callback: "http://h/"),
      client: Principal(name: "c"), createdAt: Self.time)
    if running { try job.apply(.started(epoch: 3), at: Self.time) }
    return job
  }

  @Test func `what waited runs, what ran is interrupted, and each is told`() async throws {
    let waited = [try leftover("1"), try leftover("2")]
    let ran = try leftover("3", running: true)
    let store = FailingStore(unfinishedJobs: [waited[0], ran, waited[1]])
    let harness = EngineHarness(ManualLauncher(), store: store)
    let recovery = try await harness.engine.recover()
    #expect(recovery.queued == 2 && recovery.interrupted == 1 && recovery.refused == 0)
    let told = await harness.callbacks.next(1)
    #expect(told.map(\.id) == [ran.id] && told[0].outcome == .lost)
    #expect(store.ended(ran.id)?.state == .finished(.lost))
    for job in waited {
      let order = try #require(await harness.launcher.next())
      #expect(order.arguments == job.request.arguments)
      harness.launcher.end(order.launchID)
    }
    #expect(Set(await harness.callbacks.next(2).map(\.id)) == Set(waited.map(\.id)))
    #expect(harness.log.problems == [])
  }

  @Test func `what ran runs again where its entry is restartable`() async throws {
    let ran = try leftover("again", running: true)
    let store = FailingStore(unfinishedJobs: [ran])
    let harness = EngineHarness(
      ManualLauncher(), store: store,
      entries: [EngineEntry(isRestartable: true), EngineEntry()])
    let recovery = try await harness.engine.recover()
    #expect(recovery.restarted == 1 && recovery.interrupted == 0)
    #expect(store.requeued == [ran.id])
    let order = try #require(await harness.launcher.next())
    #expect(order.arguments == ["again"])
    harness.launcher.end(order.launchID)
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.exited(code: 0)])
    #expect(store.ended(ran.id)?.epoch == 4, "it was claimed again")
  }

  @Test func `a store that cannot be written does not hold up the start`() async throws {
    let jobs = [
      try leftover("again", running: true), try leftover("x", command: "/bin/b", running: true),
    ]
    let store = FailingStore(unfinishedJobs: jobs, writesFail: .full)
    let harness = EngineHarness(
      ManualLauncher(), store: store,
      entries: [EngineEntry(isRestartable: true), EngineEntry()])
    let recovery = try await harness.engine.recover()
    #expect(recovery.restarted == 1 && recovery.interrupted == 1)
    #expect(harness.engine.job(jobs[1].id)?.outcome == .lost, "readers need not wait")
    #expect(harness.launcher.runningCount == 0 && store.ended(jobs[1].id) == nil)
    while harness.clock.sleeperCount < 2 { await Task.yield() }
    store.fail(nil)
    harness.clock.advance(seconds: 1)
    let order = try #require(await harness.launcher.next())
    #expect(order.arguments == ["again"])
    harness.launcher.end(order.launchID)
    #expect(Set(await harness.callbacks.next(2).map(\.id)) == Set(jobs.map(\.id)))
    #expect(store.ended(jobs[1].id)?.state == .finished(.lost))
  }

  @Test func `what was cut off is left to the next process where its entry is restartable`()
    async throws
  {
    let store = FailingStore()
    let harness = EngineHarness(
      ManualLauncher(), store: store,
      entries: [EngineEntry(isRestartable: true), EngineEntry()])
    let again = try await harness.submit()
    let once = try await harness.submit(command: "/bin/b")
    for _ in 0..<2 {
      harness.launcher.end(try #require(await harness.launcher.next()).launchID, .lost)
    }
    #expect(await harness.callbacks.next(1).map(\.id) == [once.id])
    await harness.engine.shutDown()
    #expect(store.ended(once.id)?.state == .finished(.lost))
    #expect(store.ended(again.id) == nil)
    #expect(try await store.job(again.id)?.state == .running)
  }

  @Test func `what the whitelist does not admit any more ends and says why`() async throws {
    let job = try leftover("x", command: "/bin/gone")
    let harness = EngineHarness(ManualLauncher(), store: FailingStore(unfinishedJobs: [job]))
    #expect(try await harness.engine.recover().refused == 1)
    let told = await harness.callbacks.next(1)
    #expect(told[0].outcome?.failure?.message.contains("whitelist") == true)
  }

  @Test func `a store that cannot be read stops the start`() async throws {
    let store = FailingStore(unfinishedJobs: [try leftover("1")])
    store.fail(.unusable("broken"))
    let harness = EngineHarness(ManualLauncher(), store: store)
    await #expect(throws: StoreFailure.unusable("broken")) { try await harness.engine.recover() }
    #expect(harness.launcher.runningCount == 0)
  }

  @Test func `a full disk refuses new jobs, keeps nothing of them, and recovers`() async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    store.fail(.full)
    await #expect(throws: JobRefusal.notStored(.full)) { try await harness.submit() }
    #expect(harness.launcher.runningCount == 0)
    store.fail(nil)
    let job = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    harness.launcher.end(order.launchID)
    #expect(await harness.callbacks.next(1).map(\.id) == [job.id])
  }

  @Test func `an end that is not kept is tried again, and told when it is`() async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    let job = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    store.fail(.full)
    harness.launcher.end(order.launchID, .exited(code: 5))
    while harness.clock.sleeperCount == 0 { await Task.yield() }
    #expect(harness.engine.job(job.id)?.outcome == .exited(code: 5), "readers need not wait")
    #expect(store.ended(job.id) == nil && harness.callbacks.count == 0)
    store.fail(nil)
    #expect(try await harness.engine.delete(job.id) == false, "it is there, and not yet gone")
    harness.clock.advance(seconds: 1)
    #expect(await harness.callbacks.next(1).map(\.id) == [job.id])
    #expect(store.ended(job.id)?.state == .finished(.exited(code: 5)))
    #expect(harness.log.lines.count == 4, "\(harness.log.lines)")
  }

  @Test func `a job that cannot be claimed waits until the store works again`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), limits: limits, store: store)
    _ = try await harness.submit(["first"])
    _ = try await harness.submit(["second"])
    let first = try #require(await harness.launcher.next())
    store.fail(.unusable("away"))
    harness.launcher.end(first.launchID)
    while harness.clock.sleeperCount < 2 { await Task.yield() }
    store.fail(nil)
    harness.clock.advance(seconds: 1)
    let second = try #require(await harness.launcher.next())
    #expect(second.arguments == ["second"])
    harness.launcher.end(second.launchID)
    #expect(await harness.callbacks.next(2).count == 2)
  }

  @Test func `a job that waited started when the store says that it did`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), limits: limits, store: store)
    harness.clock.tick()
    _ = try await harness.submit(["first"])
    let second = try await harness.submit(["second"])
    for _ in 0..<2 { harness.launcher.end(try #require(await harness.launcher.next()).launchID) }
    let told = await harness.callbacks.next(2)
    #expect(told[1].id == second.id && told[1].startedAt == store.claimed(second.id))
  }

  @Test func `a job that another process took is dropped here`() async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    let job = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    store.fail(.fenced)
    harness.launcher.end(order.launchID)
    while harness.engine.job(job.id) != nil { await Task.yield() }
    #expect(harness.callbacks.count == 0)
    await harness.engine.shutDown()
  }
}
