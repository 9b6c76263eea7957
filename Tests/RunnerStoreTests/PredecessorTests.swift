import CoreTestSupport
import RunnerCore
import Testing

@testable import RunnerStore

/// What the store keeps of the jobs that others are to follow.
@Suite(.timeLimit(.minutes(30)))
struct PredecessorTests {
  private func successor(of ids: [JobID]) throws -> Job {
    Job(
      request: try SampleJobs.request().scheduled(JobSchedule(after: ids, notBefore: nil)),
      client: Principal(name: "c"), createdAt: SampleJobs.time)
  }

  private func end(
    _ job: Job, _ outcome: JobOutcome = .exited(code: 0), in store: SQLiteStore
  ) async throws {
    let epoch = try #require(try await store.claim(job.id, at: SampleJobs.time))
    _ = try await store.end(SampleJobs.ended(SampleJobs.started(job, epoch: epoch), outcome))
  }

  // Proves P-467.
  @Test func `what became of the jobs before it outlives them and the process`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let jobs = try (0..<4).map { try SampleJobs.job(["\($0)"]) }
    let following = try successor(of: jobs.map(\.id))
    let skipped = try successor(of: [jobs[1].id])
    do {
      let store = try directory.open()
      for job in jobs { #expect(try await store.add(job, key: nil) == .added) }
      try await end(jobs[0], in: store)
      #expect(try await store.add(following, key: nil) == .added)
      #expect(try await store.add(skipped, key: nil) == .added)
      #expect(try await store.predecessors(of: following.id).open.count == 3)
      try await end(jobs[1], .exited(code: 1), in: store)
      try await end(jobs[2], in: store)
      for job in jobs[0...2] { #expect(try await store.delete(job.id)) }
    }
    let store = try directory.open()
    let unfinished = try await store.unfinishedJobs(after: nil)
    #expect(unfinished.jobs.map(\.id) == [jobs[3].id, following.id, skipped.id])
    #expect(unfinished.jobs[1].request == following.request)
    let states = try #require(unfinished.predecessors[following.id])
    #expect(states.open == [jobs[3].id] && states.failed == jobs[1].id)
    #expect(unfinished.predecessors[skipped.id]?.failed == jobs[1].id)
    _ = try await store.end(SampleJobs.ended(skipped, .skipped(after: jobs[1].id)))
    let ended = try #require(try await store.job(skipped.id))
    #expect(ended.state == .finished(.skipped(after: jobs[1].id)))
    #expect(try await store.predecessors(of: skipped.id) == PredecessorStates())
  }

  /// An exit code of 0 is none where a check of its results failed, and another one may be.
  @Test(arguments: [true, false], [true, false])
  func `success is what the entry says of it`(hasSucceeded: Bool, comesLate: Bool) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try SampleJobs.job(["1"])
    #expect(try await store.add(job, key: nil) == .added)
    let following = try successor(of: [job.id])
    if !comesLate { #expect(try await store.add(following, key: nil) == .added) }
    let epoch = try #require(try await store.claim(job.id, at: SampleJobs.time))
    var ended = try SampleJobs.ended(
      SampleJobs.started(job, epoch: epoch), .exited(code: hasSucceeded ? 3 : 0))
    ended.accounting.hasSucceeded = hasSucceeded
    _ = try await store.end(ended)
    if comesLate { #expect(try await store.add(following, key: nil) == .added) }
    let states = try await store.predecessors(of: following.id)
    #expect(states.open.isEmpty && states.failed == (hasSucceeded ? nil : job.id))
  }

  // Proves P-462.
  @Test func `a job that is not there cannot be followed`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let unknown = JobID.random()
    let job = try successor(of: [unknown])
    #expect(try await store.add(job, key: "k") == .unknownPredecessor(unknown))
    #expect(try await store.job(job.id) == nil)
    #expect(try await store.job(under: "k", of: job.client) == nil)
  }
}
