import SharedBounds
import Synchronization
import Testing

@testable import RunnerCore

/// What clients do to their jobs, and the order in which jobs go.
@Suite(.timeLimit(.minutes(30)))
struct JobActionTests {
  private var one: EngineLimits {
    var limits = EngineLimits()
    limits.runningMax = 1
    return limits
  }

  @Test func `a job that waits never starts once it is cancelled`() async throws {
    let harness = EngineHarness(ManualLauncher(), limits: one)
    _ = try await harness.submit(["runs"])
    let waiting = try await harness.submit(["waits"])
    let last = try await harness.submit(["last"])
    #expect(try await harness.engine.cancel(waiting.id) == .accepted)
    #expect(harness.engine.job(waiting.id)?.outcome == .cancelled(code: nil))
    #expect(await harness.callbacks.next(1).map(\.id) == [waiting.id])
    #expect(try await harness.engine.cancel(waiting.id) == .ended)
    let first = try #require(await harness.launcher.next())
    harness.launcher.end(first.launchID)
    #expect(try #require(await harness.launcher.next()).arguments == ["last"])
    #expect(harness.engine.job(last.id)?.state == .running)
    await harness.engine.shutDown()
  }

  @Test func `a job that runs is ended by the ladder`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let job = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    #expect(try await harness.engine.cancel(job.id) == .accepted)
    #expect(harness.launcher.terminated == [order.launchID])
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.cancelled(code: nil)])
    #expect(try await harness.engine.cancel(.random()) == .unknown)
  }

  @Test func `cancelling makes room in the queue`() async throws {
    var limits = one
    limits.queuedMax = 1
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    _ = try await harness.submit()
    let waiting = try await harness.submit()
    await #expect(throws: JobRefusal.queueFull(1, retryAfterSeconds: nil)) {
      try await harness.submit()
    }
    _ = try await harness.engine.cancel(waiting.id)
    _ = try await harness.submit()
    await harness.engine.shutDown()
  }

  @Test func `only an ended job is deleted`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let job = try await harness.submit()
    #expect(try await harness.engine.delete(job.id) == false)
    let order = try #require(await harness.launcher.next())
    harness.launcher.end(order.launchID)
    _ = await harness.callbacks.next(1)
    #expect(try await harness.engine.delete(job.id) == true)
    #expect(try await harness.engine.delete(job.id) == nil)
    #expect(try await harness.engine.find(job.id) == nil)
  }

  @Test func `the same request under the same key is one job`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let request = try JobRequest(command: "/bin/a", arguments: ["x"])
    let first = try await harness.engine.submit(request, from: Principal(name: "c"), key: "k")
    let again = try await harness.engine.submit(request, from: Principal(name: "c"), key: "k")
    #expect(first.id == again.id)
    let other = try JobRequest(command: "/bin/a", arguments: ["y"])
    await #expect(throws: JobRefusal.keyTaken) {
      try await harness.engine.submit(other, from: Principal(name: "c"), key: "k")
    }
    #expect(
      try await harness.engine.submit(request, from: Principal(name: "d"), key: "k").id != first.id)
    _ = await harness.launcher.next()
    _ = await harness.launcher.next()
    #expect(harness.launcher.runningCount == 2)
    await harness.engine.shutDown()
  }

  @Test func `a paused queue takes jobs and starts none`() async throws {
    let harness = EngineHarness(ManualLauncher())
    try await harness.engine.pause()
    let job = try await harness.submit()
    #expect(job.state == .queued && harness.launcher.runningCount == 0)
    try await harness.engine.resume()
    #expect(await harness.launcher.next() != nil)
    #expect(harness.engine.job(job.id)?.state == .running)
    await harness.engine.shutDown()
  }

  @Test func `jobs that wait stay for the next process where that is asked for`() async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), limits: one, store: store)
    let runs = try await harness.submit()
    let waits = try await harness.submit()
    _ = await harness.launcher.next()
    await harness.engine.shutDown(keepsWaiting: true)
    #expect(store.ended(runs.id)?.state == .finished(.stopped(code: nil)))
    #expect(store.ended(waits.id) == nil)
    #expect(try await store.job(waits.id)?.state == .queued)
  }

  @Test(arguments: [true, false])
  func `a job that is accepted while the service stops waits as well`(keeps: Bool) async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), limits: one, store: store)
    _ = try await harness.submit()
    _ = await harness.launcher.next()
    let engine = harness.engine
    let stop = Mutex<Task<Void, Never>?>(nil)
    store.duringNextAdd {
      stop.withLock { $0 = Task { await engine.shutDown(keepsWaiting: keeps) } }
      while await !engine.isShuttingDown { await Task.yield() }
    }
    let waits = try await harness.submit()
    await stop.withLock { $0 }?.value
    // The twin: where nothing is kept it is ended.
    #expect((store.ended(waits.id) == nil) == keeps)
    #expect(
      try await store.job(waits.id)?.state == (keeps ? .queued : .finished(.stopped(code: nil))))
  }

  // Proves P-230.
  @Test func `a job that was claimed and not started goes back to the queue at a stop`()
    async throws
  {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    let unstarted = try await harness.submit()
    _ = await harness.launcher.next()
    harness.launcher.isStarting.withLock { $0 = true }
    await harness.engine.shutDown(keepsWaiting: true)
    #expect(store.ended(unstarted.id) == nil && store.requeued == [unstarted.id])
    #expect(try await store.job(unstarted.id)?.state == .queued)
    // The next process runs it, though its entry is not restartable.
    let next = EngineHarness(
      ManualLauncher(),
      store: FailingStore(unfinishedJobs: [try #require(try await store.job(unstarted.id))]))
    #expect(try await next.engine.recover().queued == 1)
    #expect(await next.launcher.next() != nil)
    await next.engine.shutDown()
  }

  // Proves P-230.
  @Test func `one whose program ran is interrupted, and one that nothing keeps is ended`()
    async throws
  {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    let ran = try await harness.submit()
    _ = await harness.launcher.next()
    await harness.engine.shutDown(keepsWaiting: true)
    #expect(store.ended(ran.id)?.state == .finished(.stopped(code: nil)))
    let other = EngineHarness(ManualLauncher())
    other.launcher.isStarting.withLock { $0 = true }
    let unstarted = try await other.submit()
    _ = await other.launcher.next()
    await other.engine.shutDown()
    #expect(other.engine.job(unstarted.id)?.outcome == .stopped(code: nil))
  }

  @Test func `one that was cancelled before its start ends, and is not put back`() async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    harness.launcher.isStarting.withLock { $0 = true }
    let job = try await harness.submit()
    _ = await harness.launcher.next()
    #expect(try await harness.engine.cancel(job.id) == .accepted)
    await harness.engine.shutDown(keepsWaiting: true)
    #expect(store.ended(job.id)?.state == .finished(.cancelled(code: nil)))
    #expect(store.requeued == [])
  }

  @Test func `a stop is not held up by a store that takes nothing back`() async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    harness.launcher.isStarting.withLock { $0 = true }
    let job = try await harness.submit()
    _ = await harness.launcher.next()
    store.fail(.full)
    let engine = harness.engine
    let stop = Task { await engine.shutDown(keepsWaiting: true) }
    for _ in 0..<2 {
      while harness.clock.sleeperCount == 0 { await Task.yield() }
      harness.clock.advance(seconds: 1)
    }
    await stop.value
    #expect(store.ended(job.id) == nil && store.requeued == [])
    #expect(harness.log.problems.count == 1)
  }

  /// The order in which jobs start, one at a time, after all of them were submitted.
  private func order(
    of jobs: [(client: String, priority: Int, name: String, pause: Double)]
  ) async throws -> [String] {
    let harness = EngineHarness(ManualLauncher(), limits: one)
    try await harness.engine.pause()
    for job in jobs {
      harness.clock.advance(seconds: job.pause)
      let request = try JobRequest(command: "/bin/a", arguments: [job.name])
        .prioritized(job.priority)
      _ = try await harness.engine.submit(request, from: Principal(name: job.client))
    }
    try await harness.engine.resume()
    var names: [String] = []
    for _ in jobs {
      let order = try #require(await harness.launcher.next())
      names += order.arguments
      harness.launcher.end(order.launchID)
    }
    await harness.engine.shutDown()
    return names
  }

  @Test func `a higher priority goes first, and equal ones in order of arrival`() async throws {
    let names = try await order(of: [
      ("c", 5, "a", 0), ("c", 5, "b", 1), ("c", 9, "c", 1), ("c", 0, "d", 1), ("c", 9, "e", 1),
    ])
    #expect(names == ["c", "e", "a", "b", "d"])
  }

  @Test func `an hour of waiting counts as much as a step of priority`() async throws {
    let names = try await order(of: [
      ("c", 5, "old", 0), ("c", 6, "newer", 3599), ("c", 6, "newest", 2),
    ])
    #expect(names == ["newer", "old", "newest"])
  }

  @Test func `clients take turns however many jobs one has`() async throws {
    var jobs = (1...6).map { (client: "greedy", priority: 10, name: "g\($0)", pause: 0.001) }
    jobs.append(("modest", 0, "m1", 1))
    jobs.append(("modest", 0, "m2", 1))
    #expect(
      try await order(of: jobs) == ["g1", "m1", "g2", "m2", "g3", "g4", "g5", "g6"])
  }

  @Test func `an entry runs as many jobs as it may, and holds up no other`() async throws {
    let harness = EngineHarness(
      ManualLauncher(), entries: [EngineEntry(runningMax: 2), EngineEntry(runningMax: 1)])
    for number in 0..<10 { _ = try await harness.submit(["a\(number)"]) }
    for number in 0..<3 { _ = try await harness.submit(["b\(number)"], command: "/bin/b") }
    var running: [LaunchOrder] = []
    for _ in 0..<3 { running.append(try #require(await harness.launcher.next())) }
    #expect(Set(running.flatMap(\.arguments)) == ["a0", "a1", "b0"])
    var left = [8, 2]
    while !running.isEmpty {
      let order = running.removeFirst()
      harness.launcher.end(order.launchID)
      // Where an entry has none left, its place stays free.
      guard left[Int(order.entry.index)] > 0 else { continue }
      left[Int(order.entry.index)] -= 1
      let next = try #require(await harness.launcher.next())
      #expect(next.entry == order.entry)
      running.append(next)
    }
    #expect(left == [0, 0] && harness.launcher.runningCount == 0)
  }
}
