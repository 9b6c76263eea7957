import Synchronization
import Testing

@testable import RunnerCore

/// A pause that outlives the process, and jobs that stand still.
@Suite(.timeLimit(.minutes(30)))
struct JobFreezeTests {
  @Test func `a pause is kept, told at the next start, and holds there`() async throws {
    let store = FailingStore()
    let first = EngineHarness(ManualLauncher(), store: store)
    try await first.engine.pause()
    let job = try await first.submit(["waits"])
    #expect(job.state == .queued)
    let next = EngineHarness(ManualLauncher(), store: store)
    _ = try await next.engine.recover()
    #expect(next.log.lines.count == 1 && next.log.lines[0].contains("POST /queue/resume"))
    #expect(await next.engine.queueStatus().isPaused)
    #expect(try await next.submit().state == .queued)
    try await next.engine.resume()
    #expect(await next.launcher.next() != nil)
    let last = EngineHarness(ManualLauncher(), store: store)
    _ = try await last.engine.recover()
    #expect(await !last.engine.queueStatus().isPaused && last.log.problems == [])
    for harness in [first, next, last] { await harness.engine.shutDown() }
  }

  @Test func `a paused queue takes as many jobs as it holds and no more`() async throws {
    var limits = EngineLimits()
    limits.queuedMax = 3
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    try await harness.engine.pause()
    for _ in 0..<3 { _ = try await harness.submit() }
    await #expect(throws: JobRefusal.queueFull(3, retryAfterSeconds: nil)) {
      try await harness.submit()
    }
    await harness.engine.shutDown()
  }

  @Test func `a pause that cannot be kept is none, and neither is a resume`() async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    store.fail(.full)
    await #expect(throws: StoreFailure.full) { try await harness.engine.pause() }
    #expect(await !harness.engine.queueStatus().isPaused)
    store.fail(nil)
    try await harness.engine.pause()
    store.fail(.full)
    await #expect(throws: StoreFailure.full) { try await harness.engine.resume() }
    #expect(await harness.engine.queueStatus().isPaused)
  }

  @Test func `a job stands still until it is thawed, and says so`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let job = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    for wish in [true, true, false, false, true] {
      #expect(try await harness.engine.setFrozen(job.id, wish) == .done)
      #expect(harness.launcher.frozen.contains(order.launchID) == wish)
      let snapshot = try #require(harness.engine.job(job.id))
      #expect(snapshot.isFrozen == wish)
      let text = String(decoding: JobDocument.summary(of: snapshot), as: UTF8.self)
      #expect(text.contains(#""status":"running","frozen":true"#) == wish)
    }
    harness.launcher.end(order.launchID)
    let ended = await harness.callbacks.next(1)
    #expect(ended.map(\.isFrozen) == [false] && harness.engine.job(job.id)?.isFrozen == false)
    #expect(try await harness.engine.setFrozen(job.id, true) == .notRunning)
  }

  @Test func `what does not run is not frozen`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    let runs = try await harness.submit()
    let waits = try await harness.submit()
    _ = await harness.launcher.next()
    #expect(try await harness.engine.setFrozen(waits.id, true) == .notRunning)
    #expect(try await harness.engine.setFrozen(.random(), true) == .unknown)
    harness.launcher.setFrozenRefusal.withLock { $0 = "No cgroup." }
    #expect(try await harness.engine.setFrozen(runs.id, true) == .refused("No cgroup."))
    #expect(harness.engine.job(runs.id)?.isFrozen == false)
    await harness.engine.shutDown()
  }

  @Test func `a frozen job is cancelled like any other`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let job = try await harness.submit()
    _ = await harness.launcher.next()
    #expect(try await harness.engine.setFrozen(job.id, true) == .done)
    #expect(try await harness.engine.cancel(job.id) == .accepted)
    #expect(await harness.callbacks.next(1).map(\.outcome) == [.cancelled(code: nil)])
    #expect(harness.engine.job(job.id)?.isFrozen == false)
  }

  private static let outcome = JobOutcome.exited(code: 0)
  private static let states: [JobState] = [.queued, .running, .finished(outcome)]
  private static let events: [JobEvent] = [.started(epoch: 1), .requeued, .ended(outcome)]

  @Test(arguments: states, events)
  func `a job moves as its life has it, and every other move is refused by name`(
    state: JobState, event: JobEvent
  ) throws {
    let legal: JobState? =
      switch (state, event) {
      case (.queued, .started): .running
      case (.queued, .ended), (.running, .ended): .finished(Self.outcome)
      case (.running, .requeued): .queued
      default: nil
      }
    if let legal {
      #expect(try state.applying(event) == legal)
    } else {
      #expect(throws: IllegalTransitionError(from: state, event: event)) {
        try state.applying(event)
      }
    }
    // The job is as the state says, and stays as it was where it refuses.
    var job = Job(
      request: try JobRequest(command: "/bin/a", arguments: []), client: Principal(name: "c"),
      createdAt: Timestamp(microseconds: 0))
    if state != .queued { try job.apply(.started(epoch: 7), at: Timestamp(microseconds: 1)) }
    if state.status == .finished {
      try job.apply(.ended(Self.outcome), at: Timestamp(microseconds: 2))
    }
    let before = job
    do throws(IllegalTransitionError) {
      try job.apply(event, at: Timestamp(microseconds: 3))
      #expect(job.state == legal)
    } catch {
      #expect(legal == nil && job.state == before.state && job.epoch == before.epoch)
      #expect(job.startedAt == before.startedAt && job.finishedAt == before.finishedAt)
    }
  }
}
