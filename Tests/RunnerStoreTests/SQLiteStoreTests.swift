import RunnerCore
import Testing

@testable import RunnerStore

/// What is kept comes back as it was, also to another process.
@Suite(.timeLimit(.minutes(30)))
struct SQLiteStoreTests {
  private func expectSame(_ one: Job?, _ other: Job) throws {
    let one = try #require(one)
    #expect(one.id == other.id && one.request == other.request && one.client == other.client)
    #expect(
      one.state == other.state && one.epoch == other.epoch && one.accounting == other.accounting)
    #expect(one.createdAt == other.createdAt && one.startedAt == other.startedAt)
    #expect(one.finishedAt == other.finishedAt && one.enforcementJSON == other.enforcementJSON)
    #expect(one.output.stdout.joined == other.output.stdout.joined)
    #expect(one.output.stderr.joined == other.output.stderr.joined)
    #expect(one.output.stdout.totalBytes == other.output.stdout.totalBytes)
  }

  @Test func `a queued job has every field after a restart`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let job = try SampleJobs.full()
    #expect(try await directory.open().add(job, key: nil) == .added)
    let store = try directory.open()
    try expectSame(try await store.unfinishedJobs().first, job)
    try expectSame(try await store.job(job.id), job)
    #expect(directory.log.lines == [])
  }

  @Test func `a change is counted when the disk has it, and its time is measured`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try SampleJobs.job()
    #expect(try await store.add(job, key: nil) == .added)
    // The same id again: the database refuses it.
    await #expect(throws: StoreFailure.self) { try await store.add(job, key: nil) }
    let text = directory.metrics.text()
    #expect(text.contains("http_runner_store_operations_total{outcome=\"committed\"} 1\n"))
    #expect(text.contains("http_runner_store_operations_total{outcome=\"failed\"} 1\n"))
    #expect(text.contains("http_runner_store_commit_duration_seconds_count 1\n"))
  }

  @Test(arguments: SampleJobs.outcomes)
  func `every end is the same after a restart`(outcome: JobOutcome) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let job = try SampleJobs.started(try SampleJobs.full())
    var ended = try SampleJobs.ended(
      job, outcome, stdout: CapturedBytes(bytes: [0, 255, 10], totalBytes: 9),
      stderr: SampleJobs.bytes("err"))
    ended.accounting.usage = JobAccounting.ResourceUsage(
      user: 1, system: 2, wall: 3, peakMemory: 4, peakProcesses: nil, isOfWholeJob: true)
    ended.accounting.refusals = [
      JobAccounting.Refusal(call: "ptrace", error: "EPERM", count: 2),
      JobAccounting.Refusal(call: "bpf", error: nil, count: 1),
    ]
    ended.accounting.limitsMet = ["wallClock", "limits.cpu"]
    ended.accounting.isUnfinished = true
    ended.accounting.progressJSON = Array(#"{"fraction":0.5}"#.utf8)
    ended.accounting.isShort = true
    ended.accounting.hasSucceeded = false
    var part = ResultRecord(path: "/out/é", .partial, message: "No.")
    part.partialPath = "/out/.http-runner-0"
    var whole = ResultRecord(path: "/out/b", .published)
    whole.bytes = 1 << 40
    ended.accounting.results = [part, whole]
    do {
      let store = try directory.open()
      _ = try await store.add(job, key: nil)
      _ = try await store.end(ended)
    }
    let store = try directory.open()
    #expect(try await store.unfinishedJobs().isEmpty)
    try expectSame(try await store.job(job.id), ended)
  }

  // Proves P-052.
  @Test func `of many claims of a job one wins`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try SampleJobs.job()
    _ = try await store.add(job, key: nil)
    let epochs = try await withThrowingTaskGroup(of: UInt64?.self) { group in
      for _ in 0..<32 { group.addTask { try await store.claim(job.id, at: SampleJobs.time) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(epochs.compactMap(\.self) == [1])
    #expect(try await store.claim(.random(), at: SampleJobs.time) == nil)
  }

  // Proves P-052.
  @Test func `what comes under an older claim is refused and changes nothing`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try SampleJobs.job()
    _ = try await store.add(job, key: nil)
    let first = try SampleJobs.started(
      job, epoch: try #require(await store.claim(job.id, at: SampleJobs.time)))
    try await store.requeue(job.id, epoch: 1)
    #expect(try await store.claim(job.id, at: SampleJobs.time) == 2)
    await #expect(throws: StoreFailure.fenced) { _ = try await store.end(SampleJobs.ended(first)) }
    // Its files are of whoever runs it now.
    #expect(await store.outputStorage.create(job.id, .stdout).append([1]) == 1)
    await #expect(throws: StoreFailure.fenced) { try await store.requeue(job.id, epoch: 1) }
    #expect(store.output.open(job.id, .stdout)?.byteCount == 1)
    #expect(try await store.job(job.id)?.state == .running)
    let second = try SampleJobs.ended(SampleJobs.started(job, epoch: 2), .exited(code: 4))
    _ = try await store.end(second)
    await #expect(throws: StoreFailure.fenced) { _ = try await store.end(second) }
    #expect(try await store.job(job.id)?.state == .finished(.exited(code: 4)))
  }

  @Test func `one key is one job for one client`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let job = try SampleJobs.job()
    _ = try await directory.open().add(job, key: "k")
    let store = try directory.open()
    #expect(try await store.add(SampleJobs.job(), key: "k") == .known(job.id))
    #expect(try await store.add(SampleJobs.job(["y"]), key: "k") == .keyTaken)
    #expect(try await store.add(SampleJobs.job(client: "d"), key: "k") == .added)
    #expect(try await store.add(SampleJobs.job(), key: "l") == .added)
    #expect(try await store.unfinishedJobs().count == 3)
    // The key goes with its job.
    _ = try await store.end(SampleJobs.ended(job))
    #expect(try await store.delete(job.id))
    #expect(try await store.add(SampleJobs.job(["y"]), key: "k") == .added)
  }

  @Test func `a second process is kept out`() throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let problem = #expect(throws: StateFolder.Failure.self) { _ = try directory.open() }
    #expect(problem?.description.contains("Another http-runner uses") == true)
    withExtendedLifetime(store) {}
  }

  @Test func `pages are newest first and go on where they ended`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    var ids: [JobID] = []
    for number in 0..<10 {
      let labels = number % 2 == 0 ? [JobLabel(name: "even", value: "yes")] : []
      let job = Job(
        request: try SampleJobs.request(["\(number)"], labels: labels),
        client: Principal(name: "c"),
        createdAt: SampleJobs.time)
      _ = try await store.add(job, key: nil)
      if number < 3 { _ = try await store.end(SampleJobs.ended(job)) }
      ids.insert(job.id, at: 0)
    }
    var query = JobQuery()
    query.limit = 4
    #expect(try await store.page(query).map(\.id) == Array(ids[0..<4]))
    query.after = ids[3]
    #expect(try await store.page(query).map(\.id) == Array(ids[4..<8]))
    query = JobQuery()
    query.status = .finished
    #expect(try await store.page(query).map(\.id) == Array(ids[7...]))
    query.label = JobLabel(name: "even", value: "yes")
    #expect(try await store.page(query).map(\.id) == [ids[7], ids[9]])
    query.command = "/bin/other"
    #expect(try await store.page(query).isEmpty)
  }
}
