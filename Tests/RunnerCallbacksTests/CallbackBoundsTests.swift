import RunnerCore
import Testing

@testable import RunnerCallbacks

/// How much a sender takes on, and how it ends.
struct CallbackBoundsTests {
  @Test func `no more connections than the bound stand at one time`() async throws {
    let receiver = try Receiver(.isSilent)
    defer { receiver.close() }
    var limits = CallbackLimits()
    limits.inFlightMax = 3
    limits.stopMilliseconds = 0
    let job = try await FinishedJobs.job(receiver.url())
    let jobs = Array(repeating: job, count: 8)
    try await FinishedJobs.deliver(jobs, limits: limits) { sender, log in
      _ = try await receiver.connections.wait(for: 3)
      await sender.stop()
      #expect(receiver.connections.all.count == 3)
      let lines = log.lines.all
      #expect(lines.count == 8)
      #expect(lines.count { $0.contains("the service stopped before the receiver") } == 3)
      #expect(lines.count { $0.contains("was not sent: the service stopped") } == 5)
    }
  }

  @Test func `stopping lets what waits and what is in flight finish`() async throws {
    let receiver = try Receiver()
    defer { receiver.close() }
    var limits = CallbackLimits()
    limits.inFlightMax = 2
    let job = try await FinishedJobs.job(receiver.url())
    try await FinishedJobs.deliver(Array(repeating: job, count: 20), limits: limits) {
      sender, log in
      await sender.stop()
      #expect(receiver.requests.all.count == 20)
      #expect(log.lines.all == [])
    }
  }

  @Test func `stopping ends in time whatever receivers do`() async throws {
    let receiver = try Receiver(.isSilent)
    defer { receiver.close() }
    var limits = CallbackLimits()
    limits.stopMilliseconds = 300
    let job = try await FinishedJobs.job(receiver.url())
    try await FinishedJobs.deliver([job], limits: limits) { sender, log in
      _ = try await receiver.connections.wait(for: 1)
      let start = ContinuousClock.now
      await sender.stop()
      let taken = ContinuousClock.now - start
      #expect(taken >= .milliseconds(300))
      #expect(taken < .milliseconds(limits.totalMilliseconds))
      #expect(log.lines.all.count == 1)
    }
  }

  @Test func `what comes after the stop is dropped with a line`() async throws {
    let job = try await FinishedJobs.job("http://127.0.0.1:9/done")
    try await FinishedJobs.deliver([]) { sender, log in
      await sender.stop()
      sender.send(job) { _ in }
      #expect(
        log.lines.all == [
          "warning: callback of job \(job.id) was not sent: the service is stopping"
        ])
    }
  }

  @Test func `a sender that never started stops at once and says what it drops`() async throws {
    let log = RecordedLog()
    let sender = CallbackSender(log: log)
    let job = try await FinishedJobs.job("http://127.0.0.1:9/done")
    sender.send(job) { _ in }
    await sender.stop()
    await sender.stop()
    #expect(log.lines.all.count == 1)
  }

  // Proves P-056.
  @Test func `a sender that finds no descriptors tells once, and sends when there are some`()
    async throws
  {
    let receiver = try Receiver()
    defer { receiver.close() }
    let log = RecordedLog()
    let tries = Recorder<Void>()
    let sender = CallbackSender(CallbackPolicy(), limits: CallbackLimits(), log: log) {
      () throws(CurlFailure) in
      tries.record(())
      guard tries.all.count > 2 else { throw CurlFailure("Out of descriptors") }
      return try CurlMulti()
    }
    try sender.start()
    let outcomes = Recorder<CallbackOutcome?>()
    sender.send(try await FinishedJobs.job(receiver.url())) { outcomes.record($0) }
    #expect(try await outcomes.wait(for: 1)[0]?.result.isDelivered == true)
    await sender.stop()
    #expect(
      log.lines.all == ["error: callbacks wait: libcurl could not start: Out of descriptors"])
  }

  // Proves P-056.
  @Test func `a sender that finds no descriptors stops all the same`() async throws {
    let sender = CallbackSender(CallbackPolicy(), limits: CallbackLimits(), log: RecordedLog()) {
      () throws(CurlFailure) in throw CurlFailure("Out of descriptors")
    }
    try sender.start()
    let outcomes = Recorder<CallbackOutcome?>()
    sender.send(try await FinishedJobs.job("http://127.0.0.1:9/done")) { outcomes.record($0) }
    await sender.stop()
    #expect(try await outcomes.wait(for: 1) == [nil], "it is owed as before")
  }
}
