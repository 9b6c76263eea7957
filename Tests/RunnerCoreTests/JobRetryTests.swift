import RunnerCore
import Testing

/// Further runs of jobs that end without success.
@Suite(.timeLimit(.minutes(30)))
struct JobRetryTests {
  private static let entry = EngineEntry(
    isRestartable: true, retry: RetryPolicy(retriesMax: 2, delaySeconds: 10))

  private func harness(
    store: (any JobStore)? = nil
  ) -> EngineHarness<ManualLauncher> {
    EngineHarness(ManualLauncher(), store: store, entries: [Self.entry, EngineEntry()])
  }

  private func sleeping(_ harness: EngineHarness<ManualLauncher>) async {
    while harness.clock.sleeperCount == 0 { await Task.yield() }
  }

  /// Lets the pause before the next run pass, a look at the clock at a time.
  private func pass(_ harness: EngineHarness<ManualLauncher>, seconds: Double) async {
    var left = seconds
    while left > 0 {
      await sleeping(harness)
      harness.clock.advance(seconds: 5)
      left -= 5
    }
  }

  // Proves P-470.
  @Test func `a job that fails runs again, later each time, and each end is kept`() async throws {
    let harness = harness()
    let job = try await harness.submit()
    let first = try #require(await harness.launcher.next())
    harness.launcher.end(first.launchID, .exited(code: 3))
    await sleeping(harness)
    let waits = try #require(try await harness.engine.find(job.id))
    #expect(waits.state == .queued && waits.wait?.reason == .retry)
    #expect(waits.wait?.until == harness.clock.now().adding(seconds: 10))
    #expect(waits.attempts.map(\.outcome) == ["exited"] && waits.attempts[0].code == 3)
    await pass(harness, seconds: 10)
    let second = try #require(await harness.launcher.next())
    #expect(second.launchID != first.launchID)
    harness.launcher.end(second.launchID, .signaled(signal: 11))
    await pass(harness, seconds: 20)
    let third = try #require(await harness.launcher.next())
    harness.launcher.end(third.launchID, .exited(code: 4))
    let ended = try #require(await harness.callbacks.next(1).first)
    #expect(ended.outcome == .exited(code: 4))
    #expect(ended.attempts.map(\.outcome) == ["exited", "signaled"])
    #expect(harness.callbacks.count == 1)
    #expect(await harness.engine.queueStatus().running == 0)
  }

  @Test(arguments: [(UInt8(3), true), (0, false)])
  func `success is what the entry says of it`(code: UInt8, isSuccess: Bool) async throws {
    var entry = Self.entry
    entry.results.successCodes = [3]
    let harness = EngineHarness(ManualLauncher(), entries: [entry])
    let job = try await harness.submit()
    let run = try #require(await harness.launcher.next())
    harness.launcher.end(run.launchID, .exited(code: code))
    if isSuccess {
      let ended = try #require(await harness.callbacks.next(1).first)
      #expect(ended.hasSucceeded == true && ended.attempts.isEmpty)
    } else {
      await sleeping(harness)
      let waits = try #require(try await harness.engine.find(job.id))
      #expect(waits.wait?.reason == .retry && waits.attempts.map(\.code) == [Int(code)])
    }
  }

  @Test(arguments: [
    JobOutcome.exited(code: 0), .filtered(call: "ptrace"),
    .launchFailed(LaunchFailure(step: "exec", errno: 2, name: "ENOENT", message: "No.")),
  ])
  func `what a further run would not change ends at once`(_ outcome: JobOutcome) async throws {
    let harness = harness()
    _ = try await harness.submit()
    harness.launcher.end(try #require(await harness.launcher.next()).launchID, outcome)
    #expect(await harness.callbacks.next(1).map(\.outcome) == [outcome])
  }

  @Test func `a job that is cancelled is not run again, before its end or before its next run`()
    async throws
  {
    let harness = harness()
    let running = try await harness.submit()
    _ = await harness.launcher.next()
    _ = try await harness.engine.cancel(running.id)
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.cancelled(code: nil)])
    let waiting = try await harness.submit()
    harness.launcher.end(
      try #require(await harness.launcher.next()).launchID, .exited(code: 1))
    await sleeping(harness)
    _ = try await harness.engine.cancel(waiting.id)
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.cancelled(code: nil)])
    #expect(await harness.engine.queueStatus().waiting == 0)
  }

  @Test func `what follows a job waits for the last of its runs`() async throws {
    let harness = harness()
    let first = try await harness.submit(["first"])
    _ = try await harness.engine.submit(
      JobRequest(command: "/bin/b", arguments: ["second"])
        .scheduled(JobSchedule(after: [first.id], notBefore: nil)))
    harness.launcher.end(
      try #require(await harness.launcher.next()).launchID, .exited(code: 1))
    await pass(harness, seconds: 10)
    let again = try #require(await harness.launcher.next())
    #expect(again.arguments == ["first"])
    harness.launcher.end(again.launchID)
    #expect(await harness.launcher.next()?.arguments == ["second"])
    await harness.engine.shutDown()
  }

  @Test func `where the store fails, the run was the last`() async throws {
    let store = FailingStore()
    let harness = harness(store: store)
    _ = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    store.fail(.full)
    harness.launcher.end(order.launchID, .exited(code: 1))
    await sleeping(harness)
    store.fail(nil)
    harness.clock.advance(seconds: 2)
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.exited(code: 1)])
  }
}
