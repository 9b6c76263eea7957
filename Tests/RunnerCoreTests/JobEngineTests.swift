import RunnerCore
import SharedBounds
import Testing

/// The life of jobs, from acceptance to the callback.
@Suite(.timeLimit(.minutes(30)))
struct JobEngineTests {
  private func limits(
    running: Int = 256, queued: Int = 10_000
  ) -> EngineLimits {
    var limits = EngineLimits()
    limits.runningMax = running
    limits.queuedMax = queued
    return limits
  }

  @Test func `a job is accepted then runs and then is finished`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let accepted = try await harness.submit(["x", "y"], command: "/bin/b")
    #expect(accepted.state == .running, "there is room for it")
    let order = try #require(await harness.launcher.next())
    #expect(order.entry.index == 1 && order.arguments == ["x", "y"])
    #expect(harness.engine.job(accepted.id)?.state == .running)
    order.output.append(Array("half".utf8)[...], of: .stdout)
    #expect(harness.engine.job(accepted.id)?.stdout.keptBytes == 4)
    harness.launcher.end(order.launchID, .exited(code: 3))
    let delivered = await harness.callbacks.next(1)
    #expect(delivered.map(\.id) == [accepted.id])
    #expect(delivered[0].outcome == .exited(code: 3))
    #expect(harness.engine.job(accepted.id)?.outcome == .exited(code: 3))
    #expect(harness.log.problems == [])
  }

  @Test func `jobs start in the order in which they came`() async throws {
    let harness = EngineHarness(ManualLauncher(), limits: limits(running: 1))
    for number in 1...20 { _ = try await harness.submit(["\(number)"]) }
    for number in 1...20 {
      let order = try #require(await harness.launcher.next())
      #expect(order.arguments == ["\(number)"])
      #expect(harness.launcher.runningCount == 1)
      harness.launcher.end(order.launchID)
    }
    let delivered = await harness.callbacks.next(20)
    #expect(delivered.map { $0.request.arguments } == (1...20).map { ["\($0)"] })
  }

  @Test func `no more jobs run at one time than the bound`() async throws {
    let harness = EngineHarness(ImmediateLauncher(), limits: limits(running: 3))
    for _ in 1...300 { _ = try await harness.submit() }
    _ = await harness.callbacks.next(300)
    #expect((1...3).contains(harness.launcher.mostAtOnce))
    #expect(harness.launcher.all == 300)
  }

  @Test func `ten thousand jobs are run and each is told once`() async throws {
    let harness = EngineHarness(ImmediateLauncher(), limits: limits(running: 64))
    var ids: Set<JobID> = []
    for number in 0..<10_000 { ids.insert(try await harness.submit(["\(number)"]).id) }
    let delivered = await harness.callbacks.next(10_000)
    #expect(ids.count == 10_000)
    #expect(Set(delivered.map(\.id)) == ids)
    #expect(harness.callbacks.count == 10_000)
    let isOwn = { (job: JobSnapshot) in
      job.stdout.piece(0) == Array((job.request.arguments.first ?? "").utf8)
    }
    #expect(delivered.allSatisfy(isOwn))
    #expect(harness.log.problems == [])
  }

  @Test func `a full queue refuses the next and keeps nothing of it`() async throws {
    let harness = EngineHarness(ManualLauncher(), limits: limits(running: 1, queued: 2))
    for _ in 1...3 { _ = try await harness.submit() }
    await #expect(throws: JobRefusal.queueFull(2, retryAfterSeconds: nil)) {
      try await harness.submit()
    }
    let first = try #require(await harness.launcher.next())
    harness.launcher.end(first.launchID)
    _ = try #require(await harness.launcher.next())
    _ = try await harness.submit()
    await #expect(throws: JobRefusal.queueFull(2, retryAfterSeconds: 1)) {
      try await harness.submit()
    }
  }

  @Test func `the queue is bounded in bytes too`() async throws {
    var limits = limits(running: 1)
    limits.queuedBytesMax = 4096
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    _ = try await harness.submit()
    _ = try #require(await harness.launcher.next())
    let long = String(repeating: "x", count: 1500)
    for _ in 1...2 { _ = try await harness.submit([long]) }
    await #expect(throws: JobRefusal.queueFull(10_000, retryAfterSeconds: nil)) {
      try await harness.submit([long])
    }
    _ = try await harness.submit(["short"])
  }

  @Test func `many short arguments are not almost free`() async throws {
    var limits = limits(running: 1)
    limits.queuedBytesMax = 64 << 10
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    _ = try await harness.submit()
    _ = try #require(await harness.launcher.next())
    let short = Array(repeating: "x", count: 4096)
    await #expect(throws: JobRefusal.queueFull(10_000, retryAfterSeconds: nil)) {
      try await harness.submit(short)
    }
  }

  @Test func `only ended jobs are forgotten and the oldest first`() async throws {
    let harness = EngineHarness(ManualLauncher(), endedMax: 2)
    let alive = try await harness.submit()
    _ = try #require(await harness.launcher.next())
    var ended: [JobID] = []
    for _ in 1...4 {
      ended.append(try await harness.submit(callback: nil).id)
      let order = try #require(await harness.launcher.next())
      harness.launcher.end(order.launchID)
      await harness.end(of: ended[ended.count - 1])
    }
    var known: [Bool] = []
    for id in ended { known.append(harness.engine.job(id) != nil) }
    #expect(known == [false, false, true, true])
    #expect(harness.engine.job(alive.id)?.state == .running)
  }

  @Test func `a job whose callback is owed is not forgotten`() async throws {
    let harness = EngineHarness(ImmediateLauncher(), endedMax: 0)
    let owed = try await harness.submit().id
    let told = try await harness.submit(callback: nil).id
    _ = await harness.callbacks.next(1)
    await harness.engine.shutDown()
    #expect(try await harness.engine.find(told) == nil)
    #expect(try await harness.engine.find(owed)?.outcome == .exited(code: 0))
  }

  @Test func `a forgotten job is charged for as long as somebody reads it`() async throws {
    let harness = EngineHarness(ManualLauncher(), endedMax: 1)
    var reading: JobSnapshot?
    for output in ["output", ""] {
      let id = try await harness.submit([output], callback: nil).id
      do {
        let order = try #require(await harness.launcher.next())
        order.output.append(Array(output.utf8)[...], of: .stdout)
        harness.launcher.end(order.launchID)
      }
      await harness.end(of: id)
      reading = reading ?? harness.engine.job(id)
    }
    await harness.engine.shutDown()
    #expect(reading.flatMap { harness.engine.job($0.id) } == nil)
    #expect(reading?.stdout.keptBytes == 6)
    #expect(harness.budget.bytesInUse >= 6)
    reading = nil
    #expect(harness.budget.bytesInUse == 0)
  }

  @Test func `a forgotten job gives its memory back`() async throws {
    let harness = EngineHarness(ImmediateLauncher(), endedMax: 0)
    for _ in 1...10 { _ = try await harness.submit(["output"], callback: nil) }
    await harness.engine.shutDown()
    #expect(harness.budget.bytesInUse == 0)
  }
}
