import RunnerCore
import Testing

@testable import RunnerStore

/// Runs that were followed by another one, or that succeeded, as the store keeps them.
@Suite(.timeLimit(.minutes(30)))
struct RetryRowTests {
  // Proves P-471.
  @Test func `the runs of a job, and when the next one may start, outlive the process`()
    async throws
  {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let job = try SampleJobs.job()
    var attempts: [JobAttempt] = []
    do {
      let store = try directory.open()
      #expect(try await store.add(job, key: nil) == .added)
      for code in [1, nil] as [Int?] {
        let epoch = try #require(try await store.claim(job.id, at: SampleJobs.time))
        var run = try SampleJobs.started(job, epoch: epoch)
        attempts.append(
          JobAttempt(
            outcome: code == nil ? "memory" : "exited", code: code, startedAt: SampleJobs.time,
            finishedAt: SampleJobs.time.adding(seconds: 2)))
        run.attempts = attempts
        run.retryAt = SampleJobs.time.adding(seconds: 30)
        try await store.retry(run)
        await #expect(throws: StoreFailure.fenced) { try await store.retry(run) }
      }
    }
    let store = try directory.open()
    let left = try #require(try await store.unfinishedJobs(after: nil).jobs.first)
    #expect(left.state == .queued && left.attempts == attempts && left.epoch == 2)
    #expect(left.retryAt == SampleJobs.time.adding(seconds: 30))
    #expect(try await store.job(job.id)?.attempts == attempts)
  }
  @Test func `that a running job succeeded outlives the process, until it is to run again`()
    async throws
  {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let job = try SampleJobs.job()
    let epoch: UInt64
    do {
      let store = try directory.open()
      #expect(try await store.add(job, key: nil) == .added)
      epoch = try #require(try await store.claim(job.id, at: SampleJobs.time))
      await #expect(throws: StoreFailure.fenced) {
        try await store.recordSuccess(of: job.id, epoch: epoch + 1, code: 4)
      }
      try await store.recordSuccess(of: job.id, epoch: epoch, code: 3)
      await #expect(throws: StoreFailure.fenced) {
        try await store.recordSuccess(of: job.id, epoch: epoch - 1, code: 5)
      }
    }
    do {
      let store = try directory.open()
      let left = try #require(try await store.unfinishedJobs(after: nil).jobs.first)
      #expect(left.state == .running && left.successCode == 3 && left.epoch == epoch)
      try await store.retry(left)
    }
    let store = try directory.open()
    let left = try #require(try await store.unfinishedJobs(after: nil).jobs.first)
    #expect(left.state == .queued && left.successCode == nil)
    await #expect(throws: StoreFailure.fenced) {
      try await store.recordSuccess(of: job.id, epoch: epoch, code: 3)
    }
  }

  @Test func `a move is kept for a job that waits, and for no other`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let (waits, runs) = (try SampleJobs.job(["waits"]), try SampleJobs.job(["runs"]))
    do {
      let store = try directory.open()
      for job in [waits, runs] { _ = try await store.add(job, key: nil) }
      _ = try await store.claim(runs.id, at: SampleJobs.time)
      for job in [waits, runs] { try await store.setRank(SampleJobs.time, of: job.id) }
    }
    let store = try directory.open()
    #expect(try await store.job(waits.id)?.rankedAt == SampleJobs.time)
    #expect(try await store.job(runs.id)?.rankedAt == nil)
  }
}
