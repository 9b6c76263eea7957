import RunnerCore
import Testing

@testable import RunnerHTTP

/// One timer ends all waits for ends of jobs.
@Suite(.timeLimit(.minutes(30)))
struct LongPollWaiterTests {
  /// Waits of no time: each ends by the timer, or never.
  @Test(arguments: [false, true])
  func `a wait that finds nothing to wait for leaves the time limits of others`(
    hasLongWait: Bool
  ) async throws {
    let engine = TestServer.engine(FakeLauncher())
    let job = try await engine.submit(
      JobRequest(command: TestServer.program, arguments: ["hold"]))
    let waiter = LongPollWaiter(engine: engine)
    // It waits when this returns.
    let long = Task.immediate {
      if hasLongWait { await waiter.wait(for: job.id, seconds: 50) }
    }
    for _ in 0..<3 {
      await waiter.wait(for: .random(), seconds: 0)
      await waiter.wait(for: job.id, seconds: 0)
    }
    #expect(try #require(engine.job(job.id)).outcome == nil)
    await engine.shutDown()
    await long.value
    #expect(try #require(engine.job(job.id)).outcome != nil)
  }
}
