import CoreTestSupport
import RunnerCore
import Testing

@testable import RunnerStore

/// The contract of `JobStore`, held against every store there is: the one in memory, a shared one
/// as a database server would be, SQLite, and PostgreSQL as a role with the rights of a service.
@Suite(.timeLimit(.minutes(30)))
struct JobStoreConformanceTests {
  enum Adapter: CaseIterable, Sendable {
    case memory, shared, sqlite, postgresql
  }

  /// A store of a test's own, and what goes with it.
  private final class Subject {
    let store: any JobStore
    private let directory: TemporaryStateDirectory?

    init(_ adapter: Adapter) throws {
      switch adapter {
      case .memory:
        directory = nil
        store = MemoryStore(endedMax: 1000, budget: OutputBudget(bytesMax: 1 << 20))
      case .shared:
        directory = nil
        store = SharedStore().node(1)
      case .sqlite:
        let directory = try TemporaryStateDirectory()
        self.directory = directory
        store = try directory.open()
      case .postgresql:
        let directory = try TemporaryStateDirectory()
        self.directory = directory
        store = try TemporaryDatabase().open(directory)
      }
    }

    deinit { directory?.remove() }
  }

  private static let now = SampleJobs.time.adding(seconds: 60)

  private func query(_ change: (inout JobQuery) -> Void = { _ in }) -> JobQuery {
    var query = JobQuery()
    change(&query)
    return query
  }

  /// A job that ended under its first claim, with a callback to `url`.
  private func end(_ store: any JobStore, callback url: String?) async throws -> JobID {
    let job = Job(
      request: try JobRequest(command: "/bin/a", arguments: [], callback: url),
      client: Principal(name: "c"), createdAt: SampleJobs.time)
    #expect(try await store.add(job, key: nil) == .added)
    let epoch = try #require(try await store.claim(job.id, at: SampleJobs.time))
    _ = try await store.end(SampleJobs.ended(SampleJobs.started(job, epoch: epoch)))
    return job.id
  }

  private func due(_ store: any JobStore, at time: Timestamp = now) async throws -> DeliveryBatch {
    try await store.nextBatch(DeliveryBatchQuery(at: time, limit: 64, perReceiver: 2))
  }

  @Test(arguments: Adapter.allCases)
  func `a job that was added is there, and no other`(adapter: Adapter) async throws {
    let subject = try Subject(adapter)
    let job = try SampleJobs.full()
    #expect(try await subject.store.add(job, key: nil) == .added)
    let found = try #require(try await subject.store.job(job.id))
    #expect(found.request == job.request && found.client == job.client && found.state == .queued)
    #expect(found.createdAt == job.createdAt && found.enforcementJSON == job.enforcementJSON)
    #expect(try await subject.store.job(.random()) == nil)
  }

  @Test(arguments: Adapter.allCases)
  func `a job may be added as one that runs`(adapter: Adapter) async throws {
    let subject = try Subject(adapter)
    let job = try SampleJobs.started(SampleJobs.job())
    #expect(try await subject.store.add(job, key: nil) == .added)
    #expect(try await subject.store.job(job.id)?.state == .running)
    #expect(try await subject.store.claim(job.id, at: SampleJobs.time) == nil, "it is claimed")
    _ = try await subject.store.end(SampleJobs.ended(job))
    #expect(try await subject.store.job(job.id)?.state == .finished(.exited(code: 0)))
  }

  @Test(arguments: Adapter.allCases)
  func `a held job is held until another time, and one that is not stays free`(
    adapter: Adapter
  ) async throws {
    let subject = try Subject(adapter)
    let store = subject.store
    var job = try SampleJobs.job()
    job.heldUntil = SampleJobs.time
    _ = try await store.add(job, key: nil)
    try await store.hold(job.id, until: Self.now)
    #expect(try await store.job(job.id)?.heldUntil == Self.now)
    try await store.release(job.id)
    try await store.hold(job.id, until: Self.now)
    #expect(try await store.job(job.id)?.heldUntil == nil)
  }

  // Proves P-052.
  @Test(arguments: Adapter.allCases)
  func `of many claims of one job one wins, whatever keeps it`(adapter: Adapter) async throws {
    let subject = try Subject(adapter)
    let store = subject.store
    let job = try SampleJobs.job()
    _ = try await store.add(job, key: nil)
    let epochs = try await withThrowingTaskGroup(of: UInt64?.self) { group in
      for _ in 0..<16 { group.addTask { try await store.claim(job.id, at: SampleJobs.time) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(epochs.compactMap(\.self) == [1])
    #expect(try await store.claim(.random(), at: SampleJobs.time) == nil)
  }

  // Proves P-052.
  @Test(arguments: Adapter.allCases)
  func `a write under an older claim is fenced, and changes nothing`(adapter: Adapter) async throws
  {
    let subject = try Subject(adapter)
    let store = subject.store
    let job = try SampleJobs.job()
    _ = try await store.add(job, key: nil)
    await #expect(throws: StoreFailure.fenced, "it does not run") {
      try await store.requeue(job.id, epoch: 0)
    }
    let first = try SampleJobs.started(
      job, epoch: try #require(await store.claim(job.id, at: SampleJobs.time)))
    try await store.requeue(job.id, epoch: first.epoch)
    #expect(try await store.job(job.id)?.state == .queued)
    let second = try #require(try await store.claim(job.id, at: SampleJobs.time))
    #expect(second > first.epoch)
    await #expect(throws: StoreFailure.fenced) {
      try await store.requeue(job.id, epoch: first.epoch)
    }
    await #expect(throws: StoreFailure.fenced) { _ = try await store.end(SampleJobs.ended(first)) }
    #expect(try await store.job(job.id)?.state == .running)
    // The twin: the newest claim may end it, once.
    let ended = try SampleJobs.ended(
      SampleJobs.started(job, epoch: second), .exited(code: 4), stdout: SampleJobs.bytes("out"))
    _ = try await store.end(ended)
    await #expect(throws: StoreFailure.fenced) { _ = try await store.end(ended) }
    let found = try #require(try await store.job(job.id))
    #expect(found.state == .finished(.exited(code: 4)) && found.finishedAt == ended.finishedAt)
    #expect(found.output.stdout.joined == Array("out".utf8))
  }

  // Proves P-673.
  @Test(arguments: Adapter.allCases)
  func `an epoch has 64 bits, and each of them counts`(adapter: Adapter) async throws {
    let subject = try Subject(adapter)
    let store = subject.store
    let high: UInt64 = 1 << 40
    let waiting = try SampleJobs.job()
    let job = try SampleJobs.started(waiting, epoch: high + 1)
    #expect(try await store.add(job, key: nil) == .added)
    #expect(try await store.job(job.id)?.epoch == high + 1)
    await #expect(throws: StoreFailure.fenced, "the low half alone") {
      try await store.requeue(job.id, epoch: 1)
    }
    try await store.requeue(job.id, epoch: high + 1)
    let next = try await store.claim(job.id, at: SampleJobs.time)
    #expect(next == high + 2)
    _ = try await store.end(SampleJobs.ended(SampleJobs.started(waiting, epoch: high + 2)))
    #expect(try await store.job(job.id)?.epoch == high + 2)
  }

  @Test(arguments: Adapter.allCases)
  func `one key of one client is one job for as long as that is kept`(
    adapter: Adapter
  ) async throws {
    let subject = try Subject(adapter)
    let store = subject.store
    let job = try SampleJobs.job()
    #expect(try await store.add(job, key: "k") == .added)
    #expect(try await store.add(SampleJobs.job(), key: "k") == .known(job.id))
    #expect(try await store.add(SampleJobs.job(["y"]), key: "k") == .keyTaken)
    #expect(try await store.add(SampleJobs.job(client: "d"), key: "k") == .added)
    #expect(try await store.add(SampleJobs.job(), key: "l") == .added)
    let epoch = try #require(try await store.claim(job.id, at: SampleJobs.time))
    _ = try await store.end(SampleJobs.ended(SampleJobs.started(job, epoch: epoch)))
    #expect(try await store.delete(job.id))
    #expect(try await store.add(SampleJobs.job(["y"]), key: "k") == .added)
  }

  @Test(arguments: Adapter.allCases)
  func `a page is newest first, within its filters and its cursor`(adapter: Adapter) async throws {
    let subject = try Subject(adapter)
    let store = subject.store
    var ids: [JobID] = []
    for number in 0..<6 {
      let request = try SampleJobs.request(
        ["\(number)"], labels: number % 2 == 0 ? [JobLabel(name: "even", value: "yes")] : [])
      let job = Job(
        request: request, client: Principal(name: "c"),
        createdAt: SampleJobs.time.adding(seconds: Double(number)))
      _ = try await store.add(job, key: nil)
      ids.append(job.id)
    }
    ids.reverse()
    _ = try await store.claim(ids[0], at: SampleJobs.time)
    #expect(try await store.page(query()).map(\.id) == ids)
    #expect(try await store.page(query { $0.limit = 2 }).map(\.id) == Array(ids[..<2]))
    #expect(try await store.page(query { $0.after = ids[3] }).map(\.id) == Array(ids[4...]))
    #expect(try await store.page(query { $0.status = .running }).map(\.id) == [ids[0]])
    #expect(try await store.page(query { $0.status = .finished }).isEmpty)
    #expect(try await store.page(query { $0.command = "/bin/b" }).isEmpty)
    let even = query { $0.label = JobLabel(name: "even", value: "yes") }
    #expect(try await store.page(even).map(\.id) == [ids[1], ids[3], ids[5]])
  }

  @Test(arguments: Adapter.allCases)
  func `a job is deleted once, and only when it has ended`(adapter: Adapter) async throws {
    let subject = try Subject(adapter)
    let store = subject.store
    let live = try SampleJobs.job()
    _ = try await store.add(live, key: nil)
    #expect(try await !store.delete(live.id))
    _ = try await store.claim(live.id, at: SampleJobs.time)
    #expect(try await !store.delete(live.id))
    let ended = try await end(store, callback: nil)
    #expect(try await store.delete(ended))
    #expect(try await !store.delete(ended))
    #expect(try await store.job(ended) == nil)
    #expect(try await store.page(query()).map(\.id) == [live.id])
    #expect(try await !store.delete(.random()))
  }

  @Test(arguments: Adapter.allCases)
  func `a pause is kept until it is taken back`(adapter: Adapter) async throws {
    let subject = try Subject(adapter)
    #expect(try await !subject.store.isPaused())
    try await subject.store.setPaused(true)
    #expect(try await subject.store.isPaused())
    try await subject.store.setPaused(false)
    #expect(try await !subject.store.isPaused())
  }

  @Test(arguments: Adapter.allCases)
  func `a delivery is pending from the end of its job until it is settled`(
    adapter: Adapter
  ) async throws {
    let subject = try Subject(adapter)
    let store = subject.store
    let plain = try await end(store, callback: nil)
    #expect(try await due(store).callbacks.isEmpty)
    let id = try await end(store, callback: "http://h/x")
    let pending = try #require(try await due(store).callbacks.first)
    #expect(pending.id == id && pending.url == "http://h/x" && pending.tries == 0)
    #expect(pending.receiver == "http://h:80")
    let later = Self.now.adding(seconds: 5)
    try await store.record(
      CallbackAttempt(at: Self.now, milliseconds: 3, result: .failed(.timeout)), of: pending,
      then: .scheduled(at: later))
    #expect(try await due(store).callbacks.isEmpty)
    #expect(try await due(store).next == later)
    let again = try #require(try await due(store, at: later).callbacks.first)
    #expect(again.id == id && again.tries == 1)
    try await store.record(
      CallbackAttempt(
        at: later, milliseconds: 4, result: .answered(status: 204, retryAfterSeconds: nil)),
      of: again, then: .delivered)
    #expect(try await due(store, at: later.adding(seconds: 1000)).callbacks.isEmpty)
    let report = try #require(try await store.callbackReport(of: id))
    #expect(report.state == .known(.delivered) && report.attempts.map(\.milliseconds) == [3, 4])
    #expect(try await store.callbackReport(of: plain)?.url == nil)
    #expect(try await store.callbackReport(of: .random()) == nil)
  }

  @Test(arguments: Adapter.allCases)
  func `a delivery is pending again by request, and gone with its job`(
    adapter: Adapter
  ) async throws {
    let subject = try Subject(adapter)
    let store = subject.store
    let live = try SampleJobs.full()
    _ = try await store.add(live, key: nil)
    #expect(try await store.redeliver(live.id, at: Self.now) == .jobLives)
    #expect(try await store.redeliver(.random(), at: Self.now) == .unknown)
    #expect(try await store.redeliver(end(store, callback: nil), at: Self.now) == .noCallback)
    let id = try await end(store, callback: "http://h/")
    let pending = try #require(try await due(store).callbacks.first)
    let attempt = CallbackAttempt(
      at: Self.now, milliseconds: 3, result: .answered(status: 204, retryAfterSeconds: nil))
    try await store.record(attempt, of: pending, then: .delivered)
    #expect(try await store.redeliver(id, at: Self.now) == .scheduled)
    let again = try #require(try await due(store).callbacks.first)
    #expect(again.id == id && again.tries == 0 && again.pendingSince == Self.now)
    #expect(try await store.delete(id))
    #expect(try await due(store).callbacks.isEmpty)
    // What comes of an attempt that was under way is no one's any more.
    try await store.record(attempt, of: again, then: .delivered)
    #expect(try await store.callbackReport(of: id) == nil)
  }

  @Test(arguments: Adapter.allCases)
  func `nothing is pending for an end that was refused`(adapter: Adapter) async throws {
    let subject = try Subject(adapter)
    let store = subject.store
    let job = try SampleJobs.full()
    _ = try await store.add(job, key: nil)
    _ = try await store.claim(job.id, at: SampleJobs.time)
    await #expect(throws: StoreFailure.fenced) {
      _ = try await store.end(SampleJobs.ended(SampleJobs.started(job, epoch: 7)))
    }
    #expect(try await due(store).callbacks.isEmpty)
    #expect(try await store.job(job.id)?.state == .running)
  }

  // Proves P-323.
  @Test(arguments: Adapter.allCases)
  func `what the ended jobs of a client keep is known, until they are deleted`(
    adapter: Adapter
  ) async throws {
    let subject = try Subject(adapter)
    var ids: [JobID] = []
    for (client, stdout, stderr) in [("a", "four", "six..."), ("a", "", "x"), ("b", "two", "")] {
      let job = try SampleJobs.job(client: client)
      #expect(try await subject.store.add(job, key: nil) == .added)
      let epoch = try #require(try await subject.store.claim(job.id, at: SampleJobs.time))
      _ = try await subject.store.end(
        SampleJobs.ended(
          SampleJobs.started(job, epoch: epoch), stdout: SampleJobs.bytes(stdout),
          stderr: SampleJobs.bytes(stderr)))
      ids.append(job.id)
    }
    let (a, b) = (Principal(name: "a"), Principal(name: "b"))
    #expect(try await subject.store.keptBytes(of: a) == 11)
    #expect(try await subject.store.keptBytes(of: b) == 3)
    #expect(try await subject.store.keptBytes(of: Principal(name: "c")) == 0)
    #expect(try await subject.store.delete(ids[0]))
    #expect(try await subject.store.keptBytes(of: a) == 1)
    #expect(try await subject.store.keptBytes(of: b) == 3)
    #expect(try await subject.store.delete(ids[1]))
    #expect(try await subject.store.keptBytes(of: a) == 0)
  }

  @Test(arguments: Adapter.allCases)
  func `a key finds the job of its client, and of no other`(adapter: Adapter) async throws {
    let subject = try Subject(adapter)
    let job = try SampleJobs.job(client: "a")
    #expect(try await subject.store.add(job, key: "k") == .added)
    let found = try await subject.store.job(under: "k", of: Principal(name: "a"))
    #expect(found?.id == job.id && found?.request == job.request)
    #expect(try await subject.store.job(under: "k", of: Principal(name: "b")) == nil)
    #expect(try await subject.store.job(under: "l", of: Principal(name: "a")) == nil)
  }

  // Proves P-322.
  @Test(arguments: Adapter.allCases)
  func `submissions after a time are told, oldest first`(adapter: Adapter) async throws {
    let subject = try Subject(adapter)
    var submissions: [JobSubmission] = []
    for second in 0..<10 {
      let submission = JobSubmission(
        client: Principal(name: "c\(second % 3)"),
        time: SampleJobs.time.adding(seconds: Double(second)))
      let job = Job(
        request: try SampleJobs.request(), client: submission.client, createdAt: submission.time)
      #expect(try await subject.store.add(job, key: nil) == .added)
      submissions.append(submission)
    }
    let since = SampleJobs.time.adding(seconds: 6)
    #expect(try await subject.store.submissions(after: since) == Array(submissions.suffix(3)))
    #expect(
      try await subject.store.submissions(after: SampleJobs.time.adding(seconds: -1)) == submissions
    )
    #expect(try await subject.store.submissions(after: SampleJobs.time.adding(seconds: 9)).isEmpty)
  }
}
