import RunnerCore
import Testing

@testable import RunnerStore

/// Files of every earlier version, opened by this one.
@Suite(.timeLimit(.minutes(30)))
struct MigrationTests {
  /// A file that version 1 began, with jobs in every state, and that versions up to `version` took
  /// over: by the text that was released.
  private func write(_ version: Int, to directory: TemporaryStateDirectory) throws {
    let database = try SQLDatabase.open(directory.path + "/jobs.db", .writing)
    for (index, step) in EarlierVersions.steps.prefix(version).enumerated() {
      try database.execute(step)
      if index == 0 { try database.execute(EarlierVersions.jobs) }
    }
    try database.execute(
      "PRAGMA application_id = \(StoreSchema.applicationID); PRAGMA user_version = \(version);")
  }

  // Proves P-060.
  @Test(arguments: 1...EarlierVersions.steps.count)
  func `a file of an earlier version loses nothing`(version: Int) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    try write(version, to: directory)
    let store = try directory.open()
    #expect(directory.log.lines == [])
    let left = try await store.unfinishedJobs()
    #expect(left.map { $0.request.arguments } == [["queued"], ["running"]])
    #expect(left.map(\.state) == [.queued, .running] && left[1].epoch == 3)
    #expect(left[0].request.labels == [JobLabel(name: "n", value: "v")])
    let page = try await store.page(JobQuery())
    #expect(page.map { $0.request.arguments } == [["failed"], ["ended"], ["running"], ["queued"]])
    let ended = try #require(try await store.job(page[1].id))
    #expect(ended.state == .finished(.exited(code: 4)) && ended.output.stdout.joined == [111, 117])
    #expect(ended.output.stderr.totalBytes == 9 && ended.accounting.usage?.wall == 30)
    #expect(ended.request.callback == "http://h/x" && ended.request.stdin == [1])
    #expect(ended.enforcementJSON == Array("\"enforced\":[]".utf8))
    let failed = try #require(try await store.job(page[0].id))
    guard case .finished(.launchFailed(let failure)) = failed.state else {
      Issue.record("\(failed.state)")
      return
    }
    #expect(failure.step == "exec" && failure.message == "No.")
    #expect(try await store.add(SampleJobs.job(["queued"]), key: "k") == .keyTaken)
    let unreadable = try await store.reader.perform { (database) throws(SQLFailure) in
      try database.scalar("SELECT count(*) FROM job WHERE state = 3")
    }
    #expect(unreadable == 1)
    #expect(try await store.keptBytes(of: Principal(name: "c")) == 2)
  }

  @Test(arguments: 1...EarlierVersions.steps.count)
  func `retention goes on where an earlier version left it`(version: Int) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    try write(version, to: directory)
    var retention = RetentionPolicy()
    retention.countMax = 1
    let store = try directory.open(retention)
    let page = try await store.page(JobQuery())
    #expect(try await store.purgeBatch(at: SampleJobs.time) == [page[1].id])
    #expect(try await store.purgeBatch(at: SampleJobs.time) == [])
    #expect(try await store.delete(page[0].id))
    let counters = try await store.reader.perform { (database) throws(SQLFailure) in
      try database.query("SELECT ended, bytes FROM counters") {
        (row: borrowing SQLRow) throws(SQLFailure) in [row.integer(0), row.integer(1)]
      }
    }
    #expect(counters == [[0, 0]])
  }

  @Test func `what an earlier version ended may be redelivered, and is not owed`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    try write(1, to: directory)
    let store = try directory.open()
    let query = DeliveryBatchQuery(at: SampleJobs.time, limit: 9, perReceiver: 2)
    #expect(try await store.nextBatch(query).callbacks.isEmpty)
    let ended = try await store.page(JobQuery())[1].id
    #expect(try await store.callbackReport(of: ended)?.state == .unknown)
    #expect(try await store.redeliver(ended, at: SampleJobs.time) == .scheduled)
    #expect(try await store.nextBatch(query).callbacks.map(\.id) == [ended])
  }

  // Proves P-060.
  /// A step that was released is never changed: people have files that it made.
  @Test func `the steps that were released are as they were`() {
    let released = StoreSchema.steps.prefix(EarlierVersions.steps.count)
    #expect(Array(released) == EarlierVersions.steps)
    #expect(StoreSchema.steps.count == EarlierVersions.steps.count + 1, "freeze the step before")
  }
}
