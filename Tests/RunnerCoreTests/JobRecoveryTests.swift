import RunnerCore
import Testing

/// What an earlier process left is taken up, and what the store does not take is tried again.
@Suite(.timeLimit(.minutes(5)))
struct JobRecoveryTests {
  private static let time = Timestamp(microseconds: 1_600_000_000_000_000)

  private func leftover(
    _ name: String, command: String = "/bin/a", running: Bool = false
  ) throws -> Job {
    var job = Job(
      request: try JobRequest(command: command, arguments: [name], callback: "http://h/"),
      client: "c", createdAt: Self.time)
    if running { try job.apply(.started(epoch: 3), at: Self.time) }
    return job
  }

  @Test func `what waited runs, what ran is interrupted, and each is told`() async throws {
    let waited = [try leftover("1"), try leftover("2")]
    let ran = try leftover("3", running: true)
    let store = FlakyStore(leftovers: [waited[0], ran, waited[1]])
    let bench = Bench(HeldLauncher(), store: store)
    let recovery = try await bench.engine.recover()
    #expect(recovery.queued == 2 && recovery.interrupted == 1 && recovery.refused == 0)
    let told = await bench.callbacks.next(1)
    #expect(told.map(\.id) == [ran.id] && told[0].outcome == .lost)
    #expect(store.ended(ran.id)?.state == .finished(.lost))
    for job in waited {
      let order = try #require(await bench.launcher.next())
      #expect(order.arguments == job.request.arguments)
      bench.launcher.end(order.number)
    }
    #expect(Set(await bench.callbacks.next(2).map(\.id)) == Set(waited.map(\.id)))
    #expect(bench.log.lines == [])
  }

  @Test func `what ran runs again where its entry is restartable`() async throws {
    let ran = try leftover("again", running: true)
    let store = FlakyStore(leftovers: [ran])
    let bench = Bench(
      HeldLauncher(), store: store,
      entries: [EngineEntry(isRestartable: true), EngineEntry()])
    let recovery = try await bench.engine.recover()
    #expect(recovery.restarted == 1 && recovery.interrupted == 0)
    #expect(store.requeued == [ran.id])
    let order = try #require(await bench.launcher.next())
    #expect(order.arguments == ["again"])
    bench.launcher.end(order.number)
    #expect(await bench.callbacks.next(1).map(\.outcome) == [.exited(code: 0)])
    #expect(store.ended(ran.id)?.epoch == 4, "it was claimed again")
  }

  @Test func `a store that cannot be written does not hold up the start`() async throws {
    let jobs = [
      try leftover("again", running: true), try leftover("x", command: "/bin/b", running: true),
    ]
    let store = FlakyStore(leftovers: jobs, writesFail: .full)
    let bench = Bench(
      HeldLauncher(), store: store,
      entries: [EngineEntry(isRestartable: true), EngineEntry()])
    let recovery = try await bench.engine.recover()
    #expect(recovery.restarted == 1 && recovery.interrupted == 1)
    #expect(bench.engine.job(jobs[1].id)?.outcome == .lost, "readers need not wait")
    #expect(bench.launcher.runningCount == 0 && store.ended(jobs[1].id) == nil)
    while bench.clock.sleeperCount < 2 { await Task.yield() }
    store.fail(nil)
    bench.clock.advance(seconds: 1)
    let order = try #require(await bench.launcher.next())
    #expect(order.arguments == ["again"])
    bench.launcher.end(order.number)
    #expect(Set(await bench.callbacks.next(2).map(\.id)) == Set(jobs.map(\.id)))
    #expect(store.ended(jobs[1].id)?.state == .finished(.lost))
  }

  @Test func `what was cut off is left to the next process where its entry is restartable`()
    async throws
  {
    let store = FlakyStore()
    let bench = Bench(
      HeldLauncher(), store: store,
      entries: [EngineEntry(isRestartable: true), EngineEntry()])
    let again = try await bench.submit()
    let once = try await bench.submit(command: "/bin/b")
    for _ in 0..<2 { bench.launcher.end(try #require(await bench.launcher.next()).number, .lost) }
    #expect(await bench.callbacks.next(1).map(\.id) == [once.id])
    await bench.engine.shutDown()
    #expect(store.ended(once.id)?.state == .finished(.lost))
    #expect(store.ended(again.id) == nil)
    #expect(try await store.job(again.id)?.state == .running)
  }

  @Test func `what the whitelist does not admit any more ends and says why`() async throws {
    let job = try leftover("x", command: "/bin/gone")
    let bench = Bench(HeldLauncher(), store: FlakyStore(leftovers: [job]))
    #expect(try await bench.engine.recover().refused == 1)
    let told = await bench.callbacks.next(1)
    #expect(told[0].outcome?.failure?.message.contains("whitelist") == true)
  }

  @Test func `a store that cannot be read stops the start`() async throws {
    let store = FlakyStore(leftovers: [try leftover("1")])
    store.fail(.unusable("broken"))
    let bench = Bench(HeldLauncher(), store: store)
    await #expect(throws: StoreFailure.unusable("broken")) { try await bench.engine.recover() }
    #expect(bench.launcher.runningCount == 0)
  }

  @Test func `a full disk refuses new jobs, keeps nothing of them, and recovers`() async throws {
    let store = FlakyStore()
    let bench = Bench(HeldLauncher(), store: store)
    store.fail(.full)
    await #expect(throws: JobRefusal.notKept(.full)) { try await bench.submit() }
    #expect(bench.launcher.runningCount == 0)
    store.fail(nil)
    let job = try await bench.submit()
    let order = try #require(await bench.launcher.next())
    bench.launcher.end(order.number)
    #expect(await bench.callbacks.next(1).map(\.id) == [job.id])
  }

  @Test func `an end that is not kept is tried again, and told when it is`() async throws {
    let store = FlakyStore()
    let bench = Bench(HeldLauncher(), store: store)
    let job = try await bench.submit()
    let order = try #require(await bench.launcher.next())
    store.fail(.full)
    bench.launcher.end(order.number, .exited(code: 5))
    while bench.clock.sleeperCount == 0 { await Task.yield() }
    #expect(bench.engine.job(job.id)?.outcome == .exited(code: 5), "readers need not wait")
    #expect(store.ended(job.id) == nil && bench.callbacks.count == 0)
    store.fail(nil)
    #expect(try await bench.engine.delete(job.id) == false, "it is there, and not yet gone")
    bench.clock.advance(seconds: 1)
    #expect(await bench.callbacks.next(1).map(\.id) == [job.id])
    #expect(store.ended(job.id)?.state == .finished(.exited(code: 5)))
    #expect(bench.log.lines.count == 2, "\(bench.log.lines)")
  }

  @Test func `a job that cannot be claimed waits until the store works again`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    let store = FlakyStore()
    let bench = Bench(HeldLauncher(), limits: limits, store: store)
    _ = try await bench.submit(["first"])
    _ = try await bench.submit(["second"])
    let first = try #require(await bench.launcher.next())
    store.fail(.unusable("away"))
    bench.launcher.end(first.number)
    while bench.clock.sleeperCount < 2 { await Task.yield() }
    store.fail(nil)
    bench.clock.advance(seconds: 1)
    let second = try #require(await bench.launcher.next())
    #expect(second.arguments == ["second"])
    bench.launcher.end(second.number)
    #expect(await bench.callbacks.next(2).count == 2)
  }

  @Test func `a job that waited started when the store says that it did`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    let store = FlakyStore()
    let bench = Bench(HeldLauncher(), limits: limits, store: store)
    bench.clock.tick()
    _ = try await bench.submit(["first"])
    let second = try await bench.submit(["second"])
    for _ in 0..<2 { bench.launcher.end(try #require(await bench.launcher.next()).number) }
    let told = await bench.callbacks.next(2)
    #expect(told[1].id == second.id && told[1].startedAt == store.claimed(second.id))
  }

  @Test func `a job that another process took is dropped here`() async throws {
    let store = FlakyStore()
    let bench = Bench(HeldLauncher(), store: store)
    let job = try await bench.submit()
    let order = try #require(await bench.launcher.next())
    store.fail(.fenced)
    bench.launcher.end(order.number)
    while bench.engine.job(job.id) != nil { await Task.yield() }
    #expect(bench.callbacks.count == 0)
    await bench.engine.shutDown()
  }
}
