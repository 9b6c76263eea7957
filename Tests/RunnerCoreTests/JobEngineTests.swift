import RunnerCore
import Testing

/// The life of jobs, from acceptance to the callback.
@Suite(.timeLimit(.minutes(5)))
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
    let bench = Bench(HeldLauncher())
    let accepted = try await bench.submit(["x", "y"], command: "/bin/b")
    #expect(accepted.state == .running, "there is room for it")
    let order = try #require(await bench.launcher.next())
    #expect(order.entry == 1 && order.arguments == ["x", "y"])
    #expect(bench.engine.job(accepted.id)?.state == .running)
    order.stdout.append(Array("half".utf8)[...])
    #expect(bench.engine.job(accepted.id)?.stdout.keptBytes == 4)
    bench.launcher.end(order.number, .exited(code: 3))
    let delivered = await bench.callbacks.next(1)
    #expect(delivered.map(\.id) == [accepted.id])
    #expect(delivered[0].outcome == .exited(code: 3))
    #expect(bench.engine.job(accepted.id)?.outcome == .exited(code: 3))
    #expect(bench.log.lines == [])
  }

  @Test func `jobs start in the order in which they came`() async throws {
    let bench = Bench(HeldLauncher(), limits: limits(running: 1))
    for number in 1...20 { _ = try await bench.submit(["\(number)"]) }
    for number in 1...20 {
      let order = try #require(await bench.launcher.next())
      #expect(order.arguments == ["\(number)"])
      #expect(bench.launcher.runningCount == 1)
      bench.launcher.end(order.number)
    }
    let delivered = await bench.callbacks.next(20)
    #expect(delivered.map { $0.request.arguments } == (1...20).map { ["\($0)"] })
  }

  @Test func `no more jobs run at one time than the bound`() async throws {
    let bench = Bench(QuickLauncher(), limits: limits(running: 3))
    for _ in 1...300 { _ = try await bench.submit() }
    _ = await bench.callbacks.next(300)
    #expect((1...3).contains(bench.launcher.mostAtOnce))
    #expect(bench.launcher.all == 300)
  }

  @Test func `ten thousand jobs are run and each is told once`() async throws {
    let bench = Bench(QuickLauncher(), limits: limits(running: 64))
    var ids: Set<JobID> = []
    for number in 0..<10_000 { ids.insert(try await bench.submit(["\(number)"]).id) }
    let delivered = await bench.callbacks.next(10_000)
    #expect(ids.count == 10_000)
    #expect(Set(delivered.map(\.id)) == ids)
    #expect(bench.callbacks.count == 10_000)
    let isOwn = { (job: JobSnapshot) in
      job.stdout.piece(0) == Array((job.request.arguments.first ?? "").utf8)
    }
    #expect(delivered.allSatisfy(isOwn))
    #expect(bench.log.lines == [])
  }

  @Test func `a full queue refuses the next and keeps nothing of it`() async throws {
    let bench = Bench(HeldLauncher(), limits: limits(running: 1, queued: 2))
    for _ in 1...3 { _ = try await bench.submit() }
    await #expect(throws: JobRefusal.queueFull(2, retryAfterSeconds: nil)) {
      try await bench.submit()
    }
    let first = try #require(await bench.launcher.next())
    bench.launcher.end(first.number)
    _ = try #require(await bench.launcher.next())
    _ = try await bench.submit()
    await #expect(throws: JobRefusal.queueFull(2, retryAfterSeconds: 1)) {
      try await bench.submit()
    }
  }

  @Test func `the queue is bounded in bytes too`() async throws {
    var limits = limits(running: 1)
    limits.queuedBytesMax = 4096
    let bench = Bench(HeldLauncher(), limits: limits)
    _ = try await bench.submit()
    _ = try #require(await bench.launcher.next())
    let long = String(repeating: "x", count: 1500)
    for _ in 1...2 { _ = try await bench.submit([long]) }
    await #expect(throws: JobRefusal.queueFull(10_000, retryAfterSeconds: nil)) {
      try await bench.submit([long])
    }
    _ = try await bench.submit(["short"])
  }

  @Test func `many short arguments are not almost free`() async throws {
    var limits = limits(running: 1)
    limits.queuedBytesMax = 64 << 10
    let bench = Bench(HeldLauncher(), limits: limits)
    _ = try await bench.submit()
    _ = try #require(await bench.launcher.next())
    let short = Array(repeating: "x", count: 4096)
    await #expect(throws: JobRefusal.queueFull(10_000, retryAfterSeconds: nil)) {
      try await bench.submit(short)
    }
  }

  @Test func `only ended jobs are forgotten and the oldest first`() async throws {
    let bench = Bench(HeldLauncher(), endedMax: 2)
    let alive = try await bench.submit()
    _ = try #require(await bench.launcher.next())
    var ended: [JobID] = []
    for _ in 1...4 {
      ended.append(try await bench.submit(callback: nil).id)
      let order = try #require(await bench.launcher.next())
      bench.launcher.end(order.number)
      await bench.end(of: ended[ended.count - 1])
    }
    var known: [Bool] = []
    for id in ended { known.append(bench.engine.job(id) != nil) }
    #expect(known == [false, false, true, true])
    #expect(bench.engine.job(alive.id)?.state == .running)
  }

  @Test func `a job whose callback is owed is not forgotten`() async throws {
    let bench = Bench(QuickLauncher(), endedMax: 0)
    let owed = try await bench.submit().id
    let told = try await bench.submit(callback: nil).id
    _ = await bench.callbacks.next(1)
    await bench.engine.shutDown()
    #expect(try await bench.engine.find(told) == nil)
    #expect(try await bench.engine.find(owed)?.outcome == .exited(code: 0))
  }

  @Test func `a forgotten job is charged for as long as somebody reads it`() async throws {
    let bench = Bench(HeldLauncher(), endedMax: 1)
    var reading: JobSnapshot?
    for output in ["output", ""] {
      let id = try await bench.submit([output], callback: nil).id
      do {
        let order = try #require(await bench.launcher.next())
        order.stdout.append(Array(output.utf8)[...])
        bench.launcher.end(order.number)
      }
      await bench.end(of: id)
      reading = reading ?? bench.engine.job(id)
    }
    await bench.engine.shutDown()
    #expect(reading.flatMap { bench.engine.job($0.id) } == nil)
    #expect(reading?.stdout.keptBytes == 6)
    #expect(bench.budget.bytesInUse >= 6)
    reading = nil
    #expect(bench.budget.bytesInUse == 0)
  }

  @Test func `a forgotten job gives its memory back`() async throws {
    let bench = Bench(QuickLauncher(), endedMax: 0)
    for _ in 1...10 { _ = try await bench.submit(["output"], callback: nil) }
    await bench.engine.shutDown()
    #expect(bench.budget.bytesInUse == 0)
  }
}
