import RunnerCore
import Testing

/// Jobs that are held for their files.
@Suite(.timeLimit(.minutes(30)))
struct HeldJobTests {
  private func hold(
    _ harness: EngineHarness<ManualLauncher>, _ name: String = "held", of client: String = "c",
    key: String? = nil
  ) async throws -> JobSnapshot {
    try await harness.engine.submit(
      JobRequest(command: "/bin/a", arguments: [name], callback: "http://h/"),
      from: Principal(name: client), key: key, isHeld: true)
  }

  // Proves P-420.
  @Test func `a held job waits in no queue, and runs once it is started`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let held = try await hold(harness)
    #expect(held.heldUntil != nil && held.state == .queued)
    #expect(await harness.engine.queueStatus().waiting == 0)
    let next = try await harness.submit(["next"])
    #expect(try #require(await harness.launcher.next()).arguments == ["next"])
    guard case .started = try await harness.engine.start(held.id) else {
      throw UnexpectedResultError()
    }
    #expect(try #require(await harness.launcher.next()).arguments == ["held"])
    guard case .notHeld(let again) = try await harness.engine.start(held.id) else {
      throw UnexpectedResultError()
    }
    #expect(again.heldUntil == nil && again.state == .running)
    guard case .unknown = try await harness.engine.start(.random()) else {
      throw UnexpectedResultError()
    }
    _ = next
    await harness.engine.shutDown()
  }

  /// Another result than the one that the test is about.
  private struct UnexpectedResultError: Error {}

  private func sleeping(_ harness: EngineHarness<ManualLauncher>) async {
    while harness.clock.sleeperCount == 0 { await Task.yield() }
  }

  // Proves P-421.
  @Test func `a held job that is cancelled, or held for a day, never runs`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let cancelled = try await hold(harness, "cancelled")
    #expect(try await harness.engine.cancel(cancelled.id) == .accepted)
    #expect(harness.engine.job(cancelled.id)?.outcome == .cancelled(code: nil))
    let late = try await hold(harness, "late")
    await harness.engine.startMaintenance()
    await sleeping(harness)
    harness.clock.jump(seconds: 24 * 3600 - 61)
    harness.clock.advance(seconds: 60)
    // The look at one second before the day is over has been when the next one is waited for.
    await sleeping(harness)
    #expect(harness.engine.job(late.id)?.outcome == nil)
    harness.clock.advance(seconds: 60)
    let told = await harness.callbacks.next(2)
    #expect(told.map(\.id) == [cancelled.id, late.id])
    #expect(told.last?.outcome?.failure?.step == "hold")
    #expect(harness.launcher.runningCount == 0)
    guard case .notHeld = try await harness.engine.start(late.id) else {
      throw UnexpectedResultError()
    }
    await harness.engine.shutDown()
  }

  /// What a reload installs: entries that take no files.
  private static let entries = [EngineEntry(name: "a"), EngineEntry(name: "b")]

  @Test(arguments: [false, true])
  func `files of a job are removed at its end, also where a reload took them from its entry`(
    isHeld: Bool
  ) async throws {
    let files = RecordedFiles()
    var entries = Self.entries
    entries[0].files = FileRules(inBytesMax: 1, patterns: [], keptBytesMax: 1)
    let harness = EngineHarness(ManualLauncher(), entries: entries, files: files)
    let job = isHeld ? try await hold(harness) : try await harness.submit()
    let order = isHeld ? nil : await harness.launcher.next()
    await harness.engine.reload(Self.entries, generation: 1) {}
    if let order { harness.launcher.end(order.launchID) }
    if isHeld { _ = try await harness.engine.cancel(job.id) }
    await harness.end(of: job.id)
    #expect(files.discarded == [job.id])
    // One that never took any has none.
    let other = try await harness.submit()
    harness.launcher.end(try #require(await harness.launcher.next()).launchID)
    await harness.end(of: other.id)
    #expect(files.discarded == [job.id])
    await harness.engine.shutDown()
  }

  @Test func `each client holds so many jobs, and a start that finds no room holds on`()
    async throws
  {
    var limits = EngineLimits()
    limits.runningMax = 1
    limits.queuedMax = 1
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    var last: JobSnapshot?
    for _ in 0..<64 { last = try await hold(harness) }
    await #expect(throws: JobRefusal.tooManyHeld) { try await hold(harness) }
    _ = try await hold(harness, of: "another")
    _ = try await harness.submit(["runs"])
    _ = try await harness.submit(["waits"])
    let held = try #require(last)
    await #expect(throws: JobRefusal.queueFull(1, retryAfterSeconds: nil)) {
      try await harness.engine.start(held.id)
    }
    #expect(harness.engine.job(held.id)?.heldUntil != nil)
    _ = try await harness.engine.cancel(held.id)
    _ = try await hold(harness)
    await harness.engine.shutDown()
  }

  @Test func `a key names a held job, and what came before a restart is held on`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let first = try await hold(harness, key: "k")
    #expect(try await hold(harness, key: "k").id == first.id)
    var job = Job(
      request: try JobRequest(command: "/bin/a", arguments: ["left"], callback: "http://h/"),
      client: Principal(name: "c"), createdAt: harness.clock.now())
    job.heldUntil = harness.clock.now().adding(seconds: 60)
    let store = FailingStore(unfinishedJobs: [job])
    let next = EngineHarness(ManualLauncher(), store: store)
    #expect(try await next.engine.recover().queued == 1)
    #expect(await next.engine.queueStatus().waiting == 0)
    guard case .started = try await next.engine.start(job.id) else {
      throw UnexpectedResultError()
    }
    #expect(try #require(await next.launcher.next()).arguments == ["left"])
    await next.engine.shutDown()
  }

  // Proves P-512.
  @Test func `a form that is held counts as whole at its end alone, also for the next process`()
    async throws
  {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    let engine = harness.engine
    let job = try await engine.submit(
      JobRequest(command: "/bin/a", arguments: []), from: Principal(name: "c"), key: "k",
      isHeld: true, isFilled: true)
    #expect(await engine.beginFilling(job) == .own)
    #expect(await engine.isBeingFilled(job.id))
    await #expect(throws: JobRefusal.files(.busy)) { try await engine.start(job.id) }
    let cut = try #require(try await store.job(job.id))
    #expect(cut.heldUntil == cut.createdAt)
    let whole = try #require(try await engine.endFilling(job.id))
    let until = cut.createdAt.adding(seconds: 24 * 3600)
    #expect(whole.heldUntil == until)
    #expect(try await store.job(job.id)?.heldUntil == until)
    #expect(await engine.beginFilling(job) == .complete)
    // A look at what was held for long enough leaves it.
    harness.clock.jump(seconds: 120)
    await engine.endExpiredHolds()
    #expect(harness.engine.job(job.id)?.heldUntil == until)
    // The next process forgets the one that was cut.
    let next = EngineHarness(ManualLauncher(), store: FailingStore(unfinishedJobs: [cut]))
    _ = try await next.engine.recover()
    while try await next.engine.find(cut.id) != nil { await Task.yield() }
    guard case .started = try await engine.start(job.id) else { throw UnexpectedResultError() }
    await next.engine.shutDown()
    await engine.shutDown()
  }
}
