import RunnerCore
import SystemBase
import Testing

@testable import RunnerCallbacks

/// The body of a callback is encoded where a slow disk holds up that callback only.
@Suite(.timeLimit(.minutes(30)))
struct CallbackEncodingTests {
  // Proves P-231.
  @Test func `output on a disk that is stuck holds up its own callback and no other`()
    async throws
  {
    let receiver = try Receiver()
    defer { receiver.close() }
    let disk = StuckDisk()
    let stuck = try await FinishedJobs.job(
      receiver.url(), stdout: [UInt8](repeating: 0x61, count: 5000), files: disk)
    let other = try await FinishedJobs.job(receiver.url())
    disk.stick()
    let outcomes = Recorder<JobID>()
    try await FinishedJobs.deliver([]) { sender, _ in
      sender.send(stuck) { _ in outcomes.record(stuck.id) }
      _ = try await disk.readers.wait(for: 1)
      sender.send(other) { _ in outcomes.record(other.id) }
      #expect(try await outcomes.wait(for: 1) == [other.id])
      disk.unstick()
      #expect(try await outcomes.wait(for: 2) == [other.id, stuck.id])
    }
    #expect(Set(disk.readers.all) == [.callbackEncoding], "each read is on a thread that may wait")
  }

  // Proves P-231.
  @Test func `as many stuck disks as there are threads hold up neither the caller nor a stop`()
    async throws
  {
    let disk = StuckDisk()
    let job = try await FinishedJobs.job(
      "http://127.0.0.1:9/", stdout: [UInt8](repeating: 0x61, count: 5000), files: disk)
    disk.stick()
    var limits = CallbackLimits()
    limits.stopMilliseconds = 0
    let outcomes = Recorder<CallbackOutcome?>()
    let count = EncodingThreads.threadsMax + 2
    try await FinishedJobs.deliver([], limits: limits) { sender, log in
      for _ in 0..<count { sender.send(job) { outcomes.record($0) } }
      _ = try await disk.readers.wait(for: EncodingThreads.threadsMax)
      await sender.stop()
      #expect(outcomes.all == Array(repeating: nil, count: count))
      #expect(log.lines.all.count == count)
    }
    disk.unstick()
    #expect(outcomes.all.count == count, "each is completed once")
  }
}
