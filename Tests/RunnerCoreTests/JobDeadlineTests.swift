import RunnerCore
import Testing

/// Deadlines, and calendars that somebody sets.
@Suite(.timeLimit(.minutes(30)))
struct JobDeadlineTests {
  private var one: EngineLimits {
    var limits = EngineLimits()
    limits.runningMax = 1
    return limits
  }

  private func request(
    _ harness: EngineHarness<ManualLauncher>, _ name: String = "x", in seconds: Double
  ) throws -> JobRequest {
    try JobRequest(command: "/bin/a", arguments: [name], callback: "http://h/")
      .due(harness.clock.now().adding(seconds: seconds))
  }

  private func sleeping(_ harness: EngineHarness<ManualLauncher>) async {
    while harness.clock.sleeperCount == 0 { await Task.yield() }
  }

  @Test func `a job that waits ends at its deadline and never starts`() async throws {
    let harness = EngineHarness(ManualLauncher(), limits: one)
    _ = try await harness.submit(["first"])
    let first = try #require(await harness.launcher.next())
    let job = try await harness.engine.submit(request(harness, in: 3))
    await sleeping(harness)
    harness.clock.advance(seconds: 2.9)
    #expect(harness.engine.job(job.id)?.state == .queued)
    harness.clock.advance(seconds: 0.2)
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.overdue(code: nil)])
    #expect(JobOutcome.overdue(code: nil).name == "timeout")
    harness.launcher.end(first.launchID)
    #expect(await harness.callbacks.next(1).map(\.id) != [job.id])
    #expect(harness.launcher.runningCount == 0)
  }

  @Test func `a job that starts has what is left of its time, and no less than a second`()
    async throws
  {
    let harness = EngineHarness(ManualLauncher(), limits: one)
    _ = try await harness.submit()
    let first = try #require(await harness.launcher.next())
    #expect(first.secondsLeft == nil)
    _ = try await harness.engine.submit(request(harness, in: 10))
    harness.clock.jump(seconds: 7.5)
    harness.launcher.end(first.launchID)
    let second = try #require(await harness.launcher.next())
    #expect(second.secondsLeft == 3)
    await harness.engine.shutDown()
  }

  // Proves P-042.
  @Test func `a job that runs is ended at its deadline, when the calendar jumps there too`()
    async throws
  {
    let harness = EngineHarness(ManualLauncher())
    _ = try await harness.engine.submit(request(harness, in: 86_400))
    let order = try #require(await harness.launcher.next())
    await sleeping(harness)
    harness.clock.jump(seconds: 100_000)
    #expect(harness.launcher.terminated == [])
    harness.clock.advance(seconds: 5)
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.overdue(code: nil)])
    #expect(harness.launcher.terminated == [order.launchID])
  }

  @Test func `a job that somebody cancels first is cancelled, not late`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let job = try await harness.engine.submit(request(harness, in: 2))
    _ = await harness.launcher.next()
    await sleeping(harness)
    _ = try await harness.engine.cancel(job.id)
    harness.clock.advance(seconds: 3)
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.cancelled(code: nil)])
  }

  @Test func `a deadline that is over or far away is refused by name`() async throws {
    let harness = EngineHarness(ManualLauncher())
    for seconds in [0, -1, 30 * 86_400.001] {
      await #expect {
        try await harness.engine.submit(request(harness, in: seconds))
      } throws: { error in
        if case .field("deadline", _)? = error as? JobRefusal { true } else { false }
      }
    }
    _ = try await harness.engine.submit(request(harness, in: 30 * 86_400))
    await harness.engine.shutDown()
  }

  private func leftover(_ deadline: Timestamp, running: Bool = false) throws -> Job {
    let created = Timestamp(microseconds: 1_699_999_000_000_000)
    var job = Job(
      request: try JobRequest(command: "/bin/a", arguments: [], callback: "http://h/")
        .due(deadline), client: Principal(name: "c"), createdAt: created)
    if running { try job.apply(.started(epoch: 1), at: created) }
    return job
  }

  // Proves P-042.
  @Test func `deadlines hold over a restart, also for what runs again`() async throws {
    let now = TestClock().now()
    let late = [
      try leftover(now.adding(seconds: -1)), try leftover(now.adding(seconds: -1), running: true),
    ]
    let waits = try leftover(now.adding(seconds: 4))
    let again = try leftover(now.adding(seconds: 60), running: true)
    let store = FailingStore(unfinishedJobs: late + [again, waits])
    let harness = EngineHarness(
      ManualLauncher(), limits: one, store: store, entries: [EngineEntry(isRestartable: true)])
    let recovery = try await harness.engine.recover()
    #expect(recovery.overdue == 2 && recovery.restarted == 1 && recovery.queued == 1)
    #expect(
      await harness.callbacks.next(2).map(\.outcome) == [.overdue(code: nil), .overdue(code: nil)])
    #expect(try #require(await harness.launcher.next()).secondsLeft == 60)
    await sleeping(harness)
    harness.clock.advance(seconds: 4.1)
    #expect(await harness.callbacks.next(1).map(\.id) == [waits.id])
    #expect(harness.launcher.runningCount == 1)
    await harness.engine.shutDown()
  }

  @Test func `a calendar that is set back or forward changes neither order nor pace nor waits`()
    async throws
  {
    let harness = EngineHarness(ManualLauncher(), limits: one)
    _ = try await harness.submit(["0"])
    var order = try #require(await harness.launcher.next())
    for (name, jump) in [("1", 0.0), ("2", -86_400), ("3", 200_000), ("4", -200_000)] {
      harness.clock.jump(seconds: jump)
      harness.clock.advance(seconds: 1)
      _ = try await harness.submit([name])
    }
    let status = await harness.engine.queueStatus()
    #expect(status.waiting == 4 && status.longestWaitSeconds == 3)
    for name in ["1", "2", "3", "4"] {
      harness.clock.jump(seconds: -5_000)
      harness.clock.advance(seconds: 2)
      harness.launcher.end(order.launchID)
      order = try #require(await harness.launcher.next())
      #expect(order.arguments == [name])
    }
    #expect(await harness.engine.queueStatus().drainPerHour == 2400)
    harness.launcher.end(order.launchID)
    let ended = await harness.callbacks.next(5)
    #expect(ended.count == 5 && harness.log.problems == [])
  }

  @Test func `who finds the queue full is told the pace at which jobs left it`() async throws {
    var limits = one
    limits.queuedMax = 1
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    _ = try await harness.submit()
    var order = try #require(await harness.launcher.next())
    for _ in 0..<40 {
      _ = try await harness.submit()
      await #expect(throws: JobRefusal.self) { try await harness.submit() }
      // A calendar that is set says nothing of how long a job takes.
      harness.clock.jump(seconds: 1000)
      harness.clock.advance(seconds: 7)
      harness.launcher.end(order.launchID)
      order = try #require(await harness.launcher.next())
    }
    _ = try await harness.submit()
    await #expect(throws: JobRefusal.queueFull(1, retryAfterSeconds: 7)) {
      try await harness.submit()
    }
    await harness.engine.shutDown()
  }

  @Test func `jobs that seem to come from the future wait in their order`() async throws {
    let jobs = try (0..<3).map { number in
      Job(
        request: try JobRequest(command: "/bin/a", arguments: ["\(number)"]),
        client: Principal(name: "c"),
        createdAt: TestClock().now().adding(seconds: 1_000_000 - Double(number)))
    }
    let harness = EngineHarness(
      ManualLauncher(), limits: one, store: FailingStore(unfinishedJobs: jobs))
    _ = try await harness.engine.recover()
    for number in 0..<3 {
      let order = try #require(await harness.launcher.next())
      #expect(order.arguments == ["\(number)"])
      harness.launcher.end(order.launchID)
    }
    await harness.engine.shutDown()
  }

  @Test(
    arguments: [
      ("2023-11-14T22:13:20Z", 0), ("2023-11-14t22:13:20.5z", 500_000),
      ("2023-11-14 23:13:20+01:00", 0), ("2023-11-14T16:43:20.0000019-05:30", 1),
      ("2024-02-29T00:00:00Z", 9_164_800_000_000), ("2023-11-14T22:13:60Z", 40_000_000),
      ("0000-03-01T00:00:00Z", -63_862_035_200_000_000), ("2023-11-14T22:13:20", nil),
      ("2023-02-29T00:00:00Z", nil), ("2023-13-01T00:00:00Z", nil), ("2023-11-14T24:00:00Z", nil),
      ("2023-11-14T22:13:20.Z", nil), ("2023-11-14T22:13:20Z ", nil), ("", nil),
      // In UTC these are in the years -1 and 10000, of which no text can be read.
      ("0000-01-01T00:00:00+00:01", nil), ("9999-12-31T23:59:60Z", nil),
      ("9999-12-31T23:00:00-01:00", nil), ("2023-11-14T22:13:61Z", nil),
      ("2023-1-14T22:13:20Z", nil), ("2023-11-14T22:13:20+1:00", nil),
      ("+023-11-14T22:13:20Z", nil), ("2023-11-14T22:13:20+24:00", nil), ("1700000000", nil),
    ] as [(String, Int64?)])
  func `a moment is read as RFC 3339 writes it`(text: String, after: Int64?) {
    let base = Timestamp(microseconds: 1_700_000_000_000_000)
    #expect(
      Timestamp(rfc3339: text) == after.map { Timestamp(microseconds: base.microseconds + $0) })
  }

  @Test func `what is written is read again`() {
    for seconds in stride(from: -62_000_000_000, through: 250_000_000_000, by: 86_399_123) {
      let time = Timestamp(microseconds: Int64(seconds) * 1_000_000 + 123_000)
      #expect(Timestamp(rfc3339: time.description) == time)
    }
  }
}
