import Testing

@testable import RunnerCore

/// Callbacks of jobs that have not ended count towards the limits of deliveries.
struct PromisedCallbackTests {
  @Test func `a callback is promised from the acceptance of its job to its end`() async throws {
    let harness = EngineHarness(ManualLauncher())
    let table = harness.engine.table
    let counts = { (url: String) in table.promisedCallbacks(besides: url) }
    _ = try await harness.submit(["0"], callback: "http://h/a")
    _ = try await harness.submit(["1"], callback: "http://H:80/b")
    let other = try await harness.submit(["2"], callback: "https://h/")
    _ = try await harness.submit(["3"], callback: nil)
    #expect(counts("http://h/c") == PromisedCallbacks(all: 3, toReceiver: 2))
    #expect(counts("https://h/c") == PromisedCallbacks(all: 3, toReceiver: 1))
    for _ in 0..<4 {
      let order = try #require(await harness.launcher.next())
      harness.launcher.end(order.launchID)
    }
    _ = await harness.callbacks.next(3)
    #expect(counts("http://h/c") == PromisedCallbacks() && harness.engine.job(other.id) != nil)
  }
}
