import RunnerCore
import Testing

/// Delivery of what the store says is owed, with a clock that a test sets.
@Suite(.timeLimit(.minutes(30)))
struct CallbackDispatcherTests {
  private static let dead = "http://dead/"
  private static let live = "http://live/"

  private struct DispatcherHarness {
    let store = FailingStore()
    let sender = ScriptedTransport()
    let clock = TestClock()
    let log = RecordingLogger()
    let metrics = MetricRegistry()
    let dispatcher: CallbackDispatcher

    init(drainsAtStop: Bool = false, _ change: (inout CallbackSettings) -> Void = { _ in }) {
      var settings = CallbackSettings()
      change(&settings)
      dispatcher = CallbackDispatcher(
        settings, store: store, sender: sender, clock: clock, log: log, metrics: metrics,
        drainsAtStop: drainsAtStop)
    }

    /// A job that ends now, with its callback owed.
    func end(_ url: String) async throws -> JobID {
      var job = Job(
        request: try JobRequest(command: "/bin/a", arguments: [], callback: url),
        client: Principal(name: "c"),
        createdAt: clock.now())
      try job.apply(.started(epoch: 1), at: clock.now())
      _ = try await store.add(job, key: nil)
      try job.apply(.ended(.exited(code: 0)), at: clock.now())
      _ = try await store.end(job)
      dispatcher.scheduleDelivery(job.snapshot())
      return job.id
    }

    func report(_ id: JobID) async throws -> CallbackReport {
      try #require(try await store.callbackReport(of: id))
    }

    /// Returns when a callback is in a state.
    func wait(
      _ id: JobID, _ isRight: (CallbackState) -> Bool = { $0 == .delivered }
    ) async throws {
      while true {
        if case .known(let state) = try await report(id).state, isRight(state) { return }
        await Task.yield()
      }
    }

    /// The same, while the clock goes on.
    func waitOn(
      _ id: JobID, step: Double = 1, _ isRight: (CallbackState) -> Bool = { $0 == .delivered }
    ) async throws {
      while true {
        if case .known(let state) = try await report(id).state, isRight(state) { return }
        await advance(seconds: step, step: step)
      }
    }

    /// Moves the clock on in steps, so that every alarm between rings.
    func advance(seconds: Double, step: Double = 1) async {
      for _ in 0..<max(1, Int(seconds / step)) {
        clock.advance(seconds: step)
        for _ in 0..<20 { await Task.yield() }
      }
    }
  }

  @Test func `a callback is delivered, and the try can be read`() async throws {
    let harness = DispatcherHarness()
    await harness.dispatcher.start()
    let id = try await harness.end(Self.live)
    try await harness.wait(id)
    let report = try await harness.report(id)
    #expect(report.attempts.map(\.result) == [.answered(status: 200, retryAfterSeconds: nil)])
    #expect(report.attempts.map(\.milliseconds) == [5])
    #expect(harness.sender.sent.map(\.id) == [id])
    let text = harness.metrics.text()
    #expect(text.contains("http_runner_callback_attempts_total{outcome=\"delivered\"} 1\n"))
    #expect(text.contains("http_runner_callback_attempt_duration_seconds_sum 0.005\n"))
  }

  @Test func `what an earlier process left owed goes at the start`() async throws {
    let harness = DispatcherHarness()
    let ids = [try await harness.end(Self.live), try await harness.end("http://other/")]
    await harness.dispatcher.start()
    for id in ids { try await harness.wait(id) }
    #expect(Set(harness.sender.sent.map(\.id)) == Set(ids))
  }

  @Test func `a receiver that comes back gets what it missed, and no sooner than it should`()
    async throws
  {
    let harness = DispatcherHarness()
    harness.sender.set(Self.dead, .failed(.connection))
    await harness.dispatcher.start()
    let id = try await harness.end(Self.dead)
    await harness.sender.wait(for: 1)
    try await harness.wait(id) { if case .scheduled = $0 { true } else { false } }
    await harness.advance(seconds: 0.7, step: 0.1)
    #expect(harness.sender.sent.count == 1)
    while harness.sender.sent.count < 2 { await harness.advance(seconds: 0.1, step: 0.1) }
    harness.sender.set(Self.dead, nil)
    try await harness.waitOn(id)
    #expect(
      try await harness.report(id).attempts.map(\.result) == [
        .failed(.connection), .failed(.connection), .answered(status: 200, retryAfterSeconds: nil),
      ])
  }

  @Test func `it is given up after the last try, and said so`() async throws {
    let harness = DispatcherHarness { $0.schedule.delays = [1, 1] }
    harness.sender.set(Self.dead, .answered(status: 404, retryAfterSeconds: nil))
    await harness.dispatcher.start()
    let id = try await harness.end(Self.dead)
    try await harness.waitOn(id) { $0 == .givenUp }
    #expect(harness.sender.sent.count == 3)
    #expect(harness.log.lines.count == 1 && harness.log.lines[0].contains("given up after 3 tries"))
  }

  @Test func `a receiver that is gone for good is asked once`() async throws {
    let harness = DispatcherHarness()
    harness.sender.set(Self.dead, .answered(status: 410, retryAfterSeconds: nil))
    await harness.dispatcher.start()
    let id = try await harness.end(Self.dead)
    try await harness.wait(id) { $0 == .givenUp }
    #expect(harness.sender.sent.count == 1)
  }

  // Proves P-054.
  @Test func `ten thousand owed to a dead receiver take two places and delay nobody`()
    async throws
  {
    let harness = DispatcherHarness()
    harness.sender.hold(Self.dead)
    for _ in 0..<9_999 { _ = try await harness.end(Self.dead) }
    await harness.dispatcher.start()
    await harness.sender.wait(for: 2)
    let id = try await harness.end(Self.live)
    // It is told although none of the others is over, and no time passes on this clock.
    try await harness.wait(id)
    #expect(harness.sender.heldCount == 2, "no more than two are on their way there")
    #expect(harness.store.mostDue <= 3, "the rest stays in the store")
  }

  @Test func `a receiver that fails gets one try at a time, ever more rarely`() async throws {
    let harness = DispatcherHarness()
    harness.sender.set(Self.dead, .failed(.connection))
    await harness.dispatcher.start()
    for _ in 0..<500 { _ = try await harness.end(Self.dead) }
    let start = harness.clock.now()
    while harness.sender.sent.count < 12 { await harness.advance(seconds: 1) }
    // Five failures, and pauses of 1, 2, 4, 8, 16, 32 and 60 seconds before the seven that follow;
    // two were on their way when the fifth came back.
    #expect(harness.clock.now().microseconds - start.microseconds > 60_000_000)
    harness.sender.set(Self.dead, nil)
    while harness.sender.sent.count < 500 { await harness.advance(seconds: 1) }
  }

  @Test func `what is owed for too long to a receiver that does not work is given up`() async throws
  {
    let harness = DispatcherHarness { $0.schedule.giveUpSeconds = 600 }
    harness.sender.set(Self.dead, .failed(.connection))
    await harness.dispatcher.start()
    var ids: [JobID] = []
    for _ in 0..<100 { ids.append(try await harness.end(Self.dead)) }
    for id in ids { try await harness.waitOn(id, step: 5) { $0 == .givenUp } }
    #expect(harness.sender.sent.count < 60)
  }

  @Test func `a clock that is set back does not hold callbacks back`() async throws {
    let harness = DispatcherHarness()
    harness.sender.set(Self.dead, .failed(.connection))
    await harness.dispatcher.start()
    let id = try await harness.end(Self.dead)
    await harness.sender.wait(for: 1)
    try await harness.wait(id) { if case .scheduled = $0 { true } else { false } }
    harness.sender.set(Self.dead, nil)
    harness.clock.advance(seconds: -1_000_000)
    // A process that starts now finds what is due in eleven days.
    let next = CallbackDispatcher(
      store: harness.store, sender: harness.sender, clock: harness.clock, log: harness.log,
      drainsAtStop: false)
    await next.start()
    try await harness.wait(id)
  }

  @Test func `a store that fails costs no callback, and none is sent twice for it`() async throws {
    let harness = DispatcherHarness()
    harness.sender.hold(Self.live)
    await harness.dispatcher.start()
    let id = try await harness.end(Self.live)
    await harness.sender.wait(for: 1)
    harness.store.fail(.full)
    harness.sender.answer(.answered(status: 200, retryAfterSeconds: nil))
    while harness.log.lines.isEmpty { await Task.yield() }
    await harness.advance(seconds: 5)
    harness.store.fail(nil)
    while try await harness.report(id).state != .known(.delivered) {
      await harness.advance(seconds: 1)
    }
    #expect(harness.sender.sent.count == 1)
  }

  @Test func `at a stop what is not answered stays owed`() async throws {
    let harness = DispatcherHarness()
    harness.sender.hold(Self.dead)
    await harness.dispatcher.start()
    let id = try await harness.end(Self.dead)
    await harness.sender.wait(for: 1)
    await harness.dispatcher.stop()
    let report = try await harness.report(id)
    guard case .known(.scheduled) = report.state else {
      Issue.record("\(report)")
      return
    }
    #expect(report.attempts.isEmpty)
  }

  @Test func `where nothing outlives the process all is tried once more at a stop`() async throws {
    let harness = DispatcherHarness(drainsAtStop: true)
    harness.sender.set(Self.dead, .failed(.connection))
    await harness.dispatcher.start()
    var ids: [JobID] = []
    for _ in 0..<100 { ids.append(try await harness.end(Self.dead)) }
    await harness.advance(seconds: 20)
    harness.sender.set(Self.dead, nil)
    await harness.dispatcher.stop()
    for id in ids { try await harness.wait(id) }
  }

  @Test func `a callback is delivered again by request, and once where it is owed`() async throws {
    let harness = DispatcherHarness()
    await harness.dispatcher.start()
    let id = try await harness.end(Self.live)
    try await harness.wait(id)
    harness.sender.hold(Self.live)
    for _ in 0..<3 {
      #expect(try await harness.store.redeliver(id, at: harness.clock.now()) == .scheduled)
    }
    harness.dispatcher.scheduleDelivery(try #require(await harness.store.job(id)).snapshot())
    await harness.sender.wait(for: 2)
    harness.sender.answer(.answered(status: 204, retryAfterSeconds: nil))
    try await harness.wait(id)
    #expect(harness.sender.sent.map(\.id) == [id, id])
    #expect(try await harness.report(id).attempts.count == 2)
  }

  @Test func `of many tries the last twenty are kept`() async throws {
    let harness = DispatcherHarness { $0.schedule.delays = Array(repeating: 1, count: 30) }
    harness.sender.set(Self.dead, .answered(status: 404, retryAfterSeconds: nil))
    await harness.dispatcher.start()
    let id = try await harness.end(Self.dead)
    try await harness.waitOn(id) { $0 == .givenUp }
    #expect(harness.sender.sent.count == 31)
    #expect(try await harness.report(id).attempts.count == CallbackAttempt.keptMax)
  }

  @Test func `as many as may be owed to one receiver are, and no more are accepted`() async throws {
    let harness = DispatcherHarness()
    for _ in 0..<OutboxLimits.pendingPerReceiverMax { _ = try await harness.end(Self.dead) }
    let job = { (url: String) throws in
      Job(
        request: try JobRequest(command: "/bin/a", arguments: [], callback: url),
        client: Principal(name: "c"),
        createdAt: harness.clock.now())
    }
    #expect(try await harness.store.add(job(Self.dead), key: nil) == .outboxFull)
    #expect(try await harness.store.add(job(Self.live), key: nil) == .added)
    let promised = PromisedCallbacks(all: OutboxLimits.pendingPerReceiverMax, toReceiver: 0)
    #expect(try await harness.store.add(job(Self.live), key: nil, promised) == .added)
    let toReceiver = PromisedCallbacks(all: 0, toReceiver: OutboxLimits.pendingPerReceiverMax - 1)
    #expect(try await harness.store.add(job(Self.live), key: nil, toReceiver) == .added)
    let one = PromisedCallbacks(all: 0, toReceiver: OutboxLimits.pendingPerReceiverMax)
    #expect(try await harness.store.add(job(Self.live), key: nil, one) == .outboxFull)
    let all = PromisedCallbacks(
      all: OutboxLimits.pendingMax - OutboxLimits.pendingPerReceiverMax, toReceiver: 0)
    #expect(try await harness.store.add(job(Self.live), key: nil, all) == .outboxFull)
  }
}
