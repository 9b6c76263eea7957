import CoreTestSupport
import RunnerCore
import Testing

/// Jobs that wait for others, or for a time.
@Suite(.timeLimit(.minutes(30)))
struct JobOrderTests {
  private func request(
    _ name: String = "x", after: [JobID] = [], notBefore: Timestamp? = nil,
    deadline: Timestamp? = nil
  ) throws -> JobRequest {
    try JobRequest(command: "/bin/a", arguments: [name], callback: "http://h/").due(deadline)
      .scheduled(JobSchedule(after: after, notBefore: notBefore))
  }

  private func sleeping(_ harness: EngineHarness<ManualLauncher>, count: Int = 1) async {
    while harness.clock.sleeperCount < count { await Task.yield() }
  }

  // Proves P-460.
  @Test func `a job starts when all that it follows have succeeded, and not before`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let first = try await harness.submit(["first"])
    let second = try await harness.submit(["second"])
    let orders = [await harness.launcher.next(), await harness.launcher.next()].compactMap(\.self)
    let job = try await harness.engine.submit(request(after: [first.id, second.id]))
    #expect(job.wait?.reason == .after && job.wait?.jobs == [first.id, second.id])
    harness.launcher.end(orders[0].launchID)
    _ = await harness.callbacks.next(1)
    let waits = try #require(try await harness.engine.find(job.id))
    #expect(waits.state == .queued && waits.wait?.jobs == [second.id])
    harness.launcher.end(orders[1].launchID)
    #expect(await harness.launcher.next()?.arguments == ["x"])
    await harness.engine.shutDown()
  }

  // Proves P-461.
  @Test(arguments: [
    JobOutcome.exited(code: 1), .signaled(signal: 9), .outOfMemory, .timedOut(code: 0, seconds: 1),
  ])
  func `a job that follows one without success ends as skipped, and so do those behind it`(
    _ outcome: JobOutcome
  ) async throws {
    let harness = EngineHarness(ManualLauncher())
    let first = try await harness.submit(["first"])
    let order = try #require(await harness.launcher.next())
    let second = try await harness.engine.submit(request(after: [first.id]))
    let third = try await harness.engine.submit(request(after: [second.id]))
    harness.launcher.end(order.launchID, outcome)
    let ended = await harness.callbacks.next(3)
    #expect(ended.map(\.id) == [first.id, second.id, third.id])
    #expect(
      ended.map(\.outcome) == [outcome, .skipped(after: first.id), .skipped(after: second.id)])
    #expect(ended[1].startedAt == nil && JobOutcome.skipped(after: first.id).name == "skipped")
    #expect(await harness.engine.queueStatus().waiting == 0)
  }

  // Proves P-461.
  @Test func `what has ended before is as what ends later`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let good = try await harness.submit(["good"])
    harness.launcher.end(try #require(await harness.launcher.next()).launchID)
    let bad = try await harness.submit(["bad"])
    harness.launcher.end(try #require(await harness.launcher.next()).launchID, .exited(code: 2))
    _ = await harness.callbacks.next(2)
    let skipped = try await harness.engine.submit(request(after: [good.id, bad.id]))
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.skipped(after: bad.id)])
    #expect(skipped.wait?.reason == .after)
    _ = try await harness.engine.submit(request("runs", after: [good.id]))
    #expect(await harness.launcher.next()?.arguments == ["runs"])
    await harness.engine.shutDown()
  }

  // Proves P-462.
  @Test func `what is unknown, or may not be seen, cannot be followed`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let unknown = JobID.random()
    await #expect(throws: JobRefusal.field("after", "There is no job \(unknown).")) {
      try await harness.engine.submit(request(after: [unknown]))
    }
    let other = try await harness.submit()
    await #expect(throws: JobRefusal.field("after", "There is no job \(other.id).")) {
      try await harness.engine.submit(request(after: [other.id]), maySee: { _ in false })
    }
    #expect(throws: JobRefusal.field("after", "A job stands twice.")) {
      try JobSchedule(after: [other.id, other.id], notBefore: nil)
    }
    #expect(await harness.engine.queueStatus().waiting == 0)
    await harness.engine.shutDown()
  }

  @Test func `a job that waits for another can be cancelled, and the other goes on`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let first = try await harness.submit(["first"])
    let order = try #require(await harness.launcher.next())
    let job = try await harness.engine.submit(request(after: [first.id]))
    _ = try await harness.engine.cancel(job.id)
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.cancelled(code: nil)])
    harness.launcher.end(order.launchID)
    #expect(await harness.callbacks.next(1).map(\.id) == [first.id])
    #expect(harness.launcher.runningCount == 0)
    #expect(await harness.engine.queueStatus().waiting == 0)
  }

  // Proves P-463.
  @Test func `a job starts at its time, when the calendar jumps there too`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let time = harness.clock.now().adding(seconds: 3600)
    let job = try await harness.engine.submit(request(notBefore: time))
    #expect(job.wait?.reason == .notBefore && job.wait?.until == time)
    await sleeping(harness)
    harness.clock.advance(seconds: 5)
    await sleeping(harness)
    #expect(harness.engine.job(job.id)?.state == .queued)
    // Set back, the calendar has its time another hour away.
    harness.clock.jump(seconds: -3600)
    harness.clock.advance(seconds: 5)
    await sleeping(harness)
    #expect(harness.engine.job(job.id)?.state == .queued && harness.launcher.runningCount == 0)
    harness.clock.jump(seconds: 7200)
    harness.clock.advance(seconds: 5)
    #expect(await harness.launcher.next()?.arguments == ["x"])
    await harness.engine.shutDown()
  }

  @Test func `a time that is over is no time to wait for`() async throws {
    let harness = EngineHarness(ManualLauncher())
    _ = try await harness.engine.submit(request(notBefore: harness.clock.now()))
    #expect(await harness.launcher.next() != nil)
    await harness.engine.shutDown()
  }

  @Test func `a time too far away, or behind the deadline, is refused by name`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let now = harness.clock.now()
    for (start, deadline, field) in [
      (366 * 86_400.001, nil, "notBefore"), (20, 20, "deadline"), (30, 10, "deadline"),
    ] as [(Double, Double?, String)] {
      await #expect {
        try await harness.engine.submit(
          request(
            notBefore: now.adding(seconds: start),
            deadline: deadline.map { now.adding(seconds: $0) }))
      } throws: { error in
        if case .field(field, _)? = error as? JobRefusal { true } else { false }
      }
    }
  }

  // Proves P-464.
  @Test func `what jobs wait for is counted, and what may start has a place`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    let pool = EntryPool(name: "gpu", slots: 1)
    let harness = EngineHarness(
      ManualLauncher(), limits: limits, entries: [EngineEntry(), EngineEntry(pool: pool)])
    let first = try await harness.submit(["first"])
    _ = try await harness.engine.submit(request(after: [first.id]))
    _ = try await harness.engine.submit(
      request(notBefore: harness.clock.now().adding(seconds: 60)))
    let ready = [try await harness.submit(["1"]), try await harness.submit(["2"])]
    var places: [Int?] = []
    for job in ready { places.append(try await harness.engine.find(job.id)?.wait?.place) }
    #expect(places == [1, 2])
    let status = await harness.engine.queueStatus()
    #expect(status.waiting == 4)
    #expect(status.waitingByReason == [.after: 1, .notBefore: 1, .slots: 2])
    try await harness.engine.pause()
    #expect(try await harness.engine.find(ready[0].id)?.wait?.reason == .paused)
    await harness.engine.shutDown()
  }

  // Proves P-465.
  @Test func `jobs of a pool take its slots, whatever their entry, and hold up no other`()
    async throws
  {
    let pool = EntryPool(name: "gpu", slots: 2)
    let harness = EngineHarness(
      ManualLauncher(), entries: [EngineEntry(pool: pool), EngineEntry(pool: pool), EngineEntry()],
      whitelist: ExactWhitelist(["/bin/a", "/bin/b", "/bin/c"]))
    _ = try await harness.submit(["1"], command: "/bin/a")
    _ = try await harness.submit(["2"], command: "/bin/b")
    let first = try #require(await harness.launcher.next())
    _ = await harness.launcher.next()
    let third = try await harness.submit(["3"], command: "/bin/a")
    #expect(try await harness.engine.find(third.id)?.wait?.reason == .pool)
    _ = try await harness.submit(["free"], command: "/bin/c")
    #expect(await harness.launcher.next()?.arguments == ["free"], "of no pool, behind one that is")
    #expect(try await harness.engine.find(third.id)?.wait?.reason == .pool)
    harness.launcher.end(first.launchID)
    #expect(await harness.launcher.next()?.arguments == ["3"])
    let fourth = try await harness.submit(["4"], command: "/bin/b")
    #expect(fourth.state == .queued)
    await harness.engine.reload(
      [EngineEntry(name: ""), EngineEntry(name: ""), EngineEntry(name: "")], generation: 1
    ) {}
    #expect(await harness.launcher.next()?.arguments == ["4"])
    await harness.engine.shutDown()
  }

  // Proves P-466.
  @Test func `what becomes ready is found among many that wait for longer`() async throws {
    var limits = EngineLimits()
    limits.queuedMax = 100_000
    limits.queuedBytesMax = 1 << 30
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    let far = harness.clock.now().adding(seconds: 86_400)
    let waits = try JobRequest(command: "/bin/a", arguments: ["far"])
    for _ in 0..<500 {
      _ = try await harness.engine.submit(
        waits.scheduled(JobSchedule(after: [], notBefore: far)))
    }
    let near = harness.clock.now().adding(seconds: 2)
    _ = try await harness.engine.submit(request("near", notBefore: near))
    // The look that the far ones wait for, and the earlier one.
    await sleeping(harness, count: 2)
    harness.clock.advance(seconds: 5)
    #expect(await harness.launcher.next()?.arguments == ["near"])
    #expect(await harness.engine.queueStatus().waitingByReason == [.notBefore: 500])
    await harness.engine.shutDown()
  }
}
