import Testing

@testable import RunnerCore

/// What a principal may use, held against its quota: at submission, and at each choice of what runs
/// next.
@Suite(.timeLimit(.minutes(30)))
struct JobQuotaTests {
  private static let one = Principal(name: "token/one")
  private static let other = Principal(name: "token/other")

  private func request(_ arguments: [String] = []) throws -> JobRequest {
    try JobRequest(command: "/bin/a", arguments: arguments, callback: "http://host/")
  }

  private func submit(
    _ harness: EngineHarness<some JobLauncher>, _ client: Principal = one,
    _ arguments: [String] = [], key: String? = nil
  ) async throws -> JobSnapshot {
    try await harness.engine.submit(try request(arguments), from: client, key: key)
  }

  // Proves P-320.
  @Test func `a principal at its quota waits, and others go on`() async throws {
    let quotas = SetQuotas([Self.one: PrincipalQuota([.running: 1])])
    let harness = EngineHarness(ManualLauncher(), quotas: quotas)
    let first = try await submit(harness)
    let order = try #require(await harness.launcher.next())
    let second = try await submit(harness)
    let third = try await submit(harness, Self.other)
    #expect(first.state == .running && second.state == .queued && third.state == .running)
    let otherOrder = try #require(await harness.launcher.next())
    #expect(otherOrder.launchID != order.launchID)
    // The slot of another principal is of no use to it.
    harness.launcher.end(otherOrder.launchID)
    await harness.end(of: third.id)
    #expect(harness.engine.job(second.id)?.state == .queued)
    harness.launcher.end(order.launchID)
    let next = try #require(await harness.launcher.next())
    #expect(harness.engine.job(second.id)?.state == .running)
    harness.launcher.end(next.launchID)
    await harness.end(of: second.id)
  }

  // Twin of P-320.
  @Test func `without a quota the same jobs run at one time`() async throws {
    let harness = EngineHarness(ManualLauncher())
    #expect(try await submit(harness).state == .running)
    #expect(try await submit(harness).state == .running)
    await harness.engine.shutDown()
  }

  @Test func `a reload that raises a quota starts what was held`() async throws {
    let quotas = SetQuotas([Self.one: PrincipalQuota([.running: 1])])
    let harness = EngineHarness(ManualLauncher(), quotas: quotas)
    _ = try await submit(harness)
    _ = try #require(await harness.launcher.next())
    let held = try await submit(harness)
    // It is looked at, and its turn is held.
    _ = try await submit(harness, Self.other)
    _ = try #require(await harness.launcher.next())
    #expect(harness.engine.job(held.id)?.state == .queued)
    quotas.set(Self.one, PrincipalQuota([.running: 2]))
    await harness.engine.reload(
      Array(repeating: EngineEntry(), count: 2), generation: 1
    ) {}
    _ = try #require(await harness.launcher.next())
    #expect(harness.engine.job(held.id)?.state == .running)
    await harness.engine.shutDown()
  }

  // Proves P-321.
  @Test func `more than a principal's share of the queue is refused, and others wait on`()
    async throws
  {
    let quotas = SetQuotas([Self.one: PrincipalQuota([.queued: 2])])
    var limits = EngineLimits()
    limits.runningMax = 1
    let harness = EngineHarness(ManualLauncher(), limits: limits, quotas: quotas)
    _ = try await submit(harness)
    let order = try #require(await harness.launcher.next())
    for _ in 0..<2 { #expect(try await submit(harness).state == .queued) }
    await #expect(throws: JobRefusal.overQuota(.queued, 2, retryAfterSeconds: nil)) {
      try await submit(harness)
    }
    for _ in 0..<3 { #expect(try await submit(harness, Self.other).state == .queued) }
    harness.launcher.end(order.launchID)
    _ = try #require(await harness.launcher.next())
    #expect(try await submit(harness).state == .queued, "one has left the queue")
    await #expect(throws: JobRefusal.self) { try await submit(harness) }
    await harness.engine.shutDown()
  }

  // Proves P-322.
  @Test func `no minute has more submissions than the quota, over a restart too`() async throws {
    let quotas = SetQuotas([Self.one: PrincipalQuota([.submissions: 3])])
    let store = MemoryStore(endedMax: 100, budget: OutputBudget(bytesMax: 1 << 20))
    let first = EngineHarness(ImmediateLauncher(), store: store, quotas: quotas)
    for _ in 0..<3 { _ = try await submit(first) }
    await #expect(throws: JobRefusal.overQuota(.submissions, 3, retryAfterSeconds: 61)) {
      try await submit(first)
    }
    _ = try await submit(first, Self.other)
    // The next process counts what the store has; its clock of uptime is another one.
    let second = EngineHarness(ImmediateLauncher(), store: store, quotas: quotas)
    second.clock.advance(seconds: 20)
    _ = try await second.engine.recover()
    await #expect(throws: JobRefusal.overQuota(.submissions, 3, retryAfterSeconds: 41)) {
      try await submit(second)
    }
    second.clock.advance(seconds: 41)
    _ = try await submit(second)
  }

  @Test func `what is not taken does not count as a submission`() async throws {
    let quotas = SetQuotas([Self.one: PrincipalQuota([.submissions: 2])])
    let harness = EngineHarness(ImmediateLauncher(), quotas: quotas)
    let first = try await submit(harness, key: "k")
    #expect(try await submit(harness, key: "k").id == first.id)
    await #expect(throws: JobRefusal.keyTaken) {
      try await submit(harness, Self.one, ["b"], key: "k")
    }
    _ = try await submit(harness)
    await #expect(throws: JobRefusal.self) { try await submit(harness) }
  }

  // Proves P-323.
  @Test func `at its quota of kept bytes a principal deletes before it goes on`() async throws {
    let quotas = SetQuotas([Self.one: PrincipalQuota([.kept: 8])])
    let harness = EngineHarness(ImmediateLauncher(), quotas: quotas)
    for _ in 0..<2 {
      let job = try await submit(harness, Self.one, ["four"])
      await harness.end(of: job.id)
    }
    await #expect(throws: JobRefusal.overQuota(.kept, 8, retryAfterSeconds: nil)) {
      try await submit(harness)
    }
    _ = try await submit(harness, Self.other, ["four"])
    var query = JobQuery()
    query.client = Self.one
    let ended = try await harness.engine.page(query)
    #expect(try await harness.engine.delete(#require(ended.first).id) == true)
    _ = try await submit(harness)
  }

  // Proves P-324.
  @Test func `a repeated submission gets its job though the quota is used up`() async throws {
    let quotas = SetQuotas([Self.one: PrincipalQuota([.queued: 1, .submissions: 2])])
    var limits = EngineLimits()
    limits.runningMax = 1
    let harness = EngineHarness(ManualLauncher(), limits: limits, quotas: quotas)
    _ = try await submit(harness)
    let waiting = try await submit(harness, Self.one, ["x"], key: "k")
    #expect(try await submit(harness, Self.one, ["x"], key: "k").id == waiting.id)
    await #expect(throws: JobRefusal.keyTaken) {
      try await submit(harness, Self.one, ["y"], key: "k")
    }
    await #expect(throws: JobRefusal.overQuota(.queued, 1, retryAfterSeconds: nil)) {
      try await submit(harness, Self.one, ["x"], key: "new")
    }
    // The same for a queue that is full for all.
    limits.queuedMax = 1
    let full = EngineHarness(ManualLauncher(), limits: limits)
    _ = try await submit(full)
    let kept = try await submit(full, Self.one, key: "k")
    #expect(try await submit(full, Self.one, key: "k").id == kept.id)
    await harness.engine.shutDown()
    await full.engine.shutDown()
  }

  @Test func `what an earlier process queued counts`() async throws {
    let quotas = SetQuotas([Self.one: PrincipalQuota([.running: 1, .queued: 2])])
    let jobs = try (0..<3).map { _ in
      Job(request: try request(), client: Self.one, createdAt: TestClock().now())
    }
    let harness = EngineHarness(
      ManualLauncher(), store: FailingStore(unfinishedJobs: jobs), quotas: quotas)
    #expect(try await harness.engine.recover().queued == 3)
    _ = try #require(await harness.launcher.next())
    #expect(harness.launcher.runningCount == 1)
    await #expect(throws: JobRefusal.overQuota(.queued, 2, retryAfterSeconds: 1)) {
      try await submit(harness)
    }
    await harness.engine.shutDown()
  }

  @Test func `refusals are counted by quota`() async throws {
    let metrics = MetricRegistry()
    let quotas = SetQuotas([Self.one: PrincipalQuota([.submissions: 1])])
    let harness = EngineHarness(ImmediateLauncher(), quotas: quotas, metrics: metrics)
    _ = try await submit(harness)
    for _ in 0..<2 { await #expect(throws: JobRefusal.self) { try await submit(harness) } }
    #expect(
      metrics.text().contains("http_runner_quota_refusals_total{quota=\"submissions\"} 2\n"))
  }
}
