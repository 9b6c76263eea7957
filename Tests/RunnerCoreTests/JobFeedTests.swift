import RunnerCore
import Testing

/// Following a job from wherever it is to its end.
@Suite(.timeLimit(.minutes(30)))
struct JobFeedTests {
  /// Calls of a feed, to be waited for.
  private struct Calls {
    let wake: @Sendable () -> Void
    private let calls: AsyncStream<Void>

    init() {
      let (calls, call) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
      self.calls = calls
      wake = { call.yield() }
    }

    /// Returns when `isTrue`, which is looked at after each call. A suite's time limit bounds it.
    func wait(until isTrue: () -> Bool) async {
      var iterator = calls.makeAsyncIterator()
      while !isTrue() { _ = await iterator.next() }
    }
  }

  private func bytes(_ feed: JobFeed, _ stream: OutputStreamName, at offset: Int = 0) -> [UInt8] {
    feed.read(stream, at: offset, bytesMax: 100).map { Array($0.bytes) } ?? []
  }

  @Test func `a job that waits is followed to its end`() async throws {
    var limits = EngineLimits()
    limits.runningMax = 1
    let harness = EngineHarness(ManualLauncher(), limits: limits)
    _ = try await harness.submit()
    let job = try await harness.submit()
    let calls = Calls()
    let feed = try #require(try await harness.engine.feed(of: job.id, wake: calls.wake))
    #expect(feed.job?.state == .queued && bytes(feed, .stdout) == [])
    harness.launcher.end(try #require(await harness.launcher.next()).launchID)
    let order = try #require(await harness.launcher.next())
    await calls.wait { feed.job?.state == .running }
    #expect(bytes(feed, .stdout) == [] && bytes(feed, .stderr) == [])
    order.output.append([1], of: .stdout)
    await calls.wait { bytes(feed, .stdout) == [1] }
    #expect(bytes(feed, .stdout, at: 1) == [])
    order.output.append([2], of: .stderr)
    await calls.wait { bytes(feed, .stderr) == [2] }
    harness.launcher.end(order.launchID, .exited(code: 3))
    await calls.wait { feed.job?.state == .finished(.exited(code: 3)) }
    #expect(bytes(feed, .stdout) == [1] && bytes(feed, .stderr) == [2])
  }

  @Test func `what has ended stays there for who follows it, whatever is forgotten`() async throws {
    let harness = EngineHarness(ImmediateLauncher(), endedMax: 1)
    let job = try await harness.submit(["kept"])
    _ = await harness.callbacks.next(1)
    let feed = try #require(try await harness.engine.feed(of: job.id, wake: {}))
    #expect(try await harness.engine.delete(job.id) == true)
    #expect(try await harness.engine.feed(of: job.id, wake: {}) == nil)
    #expect(feed.job?.state == .finished(.exited(code: 0)))
    #expect(bytes(feed, .stdout) == Array("kept".utf8))
  }

  @Test func `a job that another process took is lost to who follows it`() async throws {
    let store = FailingStore()
    let harness = EngineHarness(ManualLauncher(), store: store)
    let job = try await harness.submit()
    let order = try #require(await harness.launcher.next())
    let calls = Calls()
    let feed = try #require(try await harness.engine.feed(of: job.id, wake: calls.wake))
    store.fail(.fenced)
    harness.launcher.end(order.launchID)
    await calls.wait { feed.job == nil }
    #expect(feed.read(.stdout, at: 0, bytesMax: 1) == nil)
  }

  @Test func `a job that runs again counts its runs, and has nothing of the one before`() throws {
    var job = Job(
      request: try JobRequest(command: "/bin/a", arguments: []), client: .unidentified,
      createdAt: TestClock().now())
    #expect(job.attempt == 1)
    try job.apply(.started(epoch: 1), at: TestClock().now())
    #expect(job.attempt == 1)
    job.output = .stored(stdout: CapturedBytes(bytes: [1], totalBytes: 1), stderr: CapturedBytes())
    try job.apply(.requeued, at: TestClock().now())
    #expect(job.attempt == 2 && job.output.stdout.totalBytes == 0)
    try job.apply(.started(epoch: 2), at: TestClock().now())
    #expect(job.attempt == 2)
    try job.apply(.ended(.lost), at: TestClock().now())
    #expect(job.attempt == 2)
  }
}
