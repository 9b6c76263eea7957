import RunnerCore
import Testing

@testable import RunnerStore

/// The outbox of a damaged store, once its rows are in a new one.
@Suite(.timeLimit(.minutes(30)))
struct SalvageTests {
  private static let now = SampleJobs.time.adding(seconds: 60)
  private static let busy = "http://busy/"
  private static let calm = "http://calm:8080/x"

  /// Jobs of every state of a callback.
  private struct Jobs {
    var owed: [JobID] = []
    var delivered: [JobID] = []
    var givenUp: [JobID] = []
    /// Without a callback.
    var plain: [JobID] = []
    /// Not ended, with a callback.
    var live: [JobID] = []
  }

  private static func ended(_ url: String?, _ store: SQLiteStore, after seconds: Double)
    async throws -> JobID
  {
    let job = try SampleJobs.started(
      Job(
        request: JobRequest(command: "/bin/a", arguments: ["x"], callback: url),
        client: Principal(name: "c"),
        createdAt: SampleJobs.time))
    _ = try await store.add(job, key: nil)
    _ = try await store.end(SampleJobs.ended(job, after: seconds, stdout: SampleJobs.bytes("out")))
    return job.id
  }

  private static func query(limit: Int = 64) -> DeliveryBatchQuery {
    DeliveryBatchQuery(at: now, limit: limit, perReceiver: 64, inFlight: [])
  }

  private static func settle(_ store: SQLiteStore, _ state: CallbackState) async throws -> JobID {
    let owed = try #require(try await store.nextBatch(query(limit: 1)).callbacks.first)
    let result: CallbackResult =
      state == .delivered ? .answered(status: 200, retryAfterSeconds: nil) : .failed(.address)
    try await store.record(
      CallbackAttempt(at: now, milliseconds: 1, result: result), of: owed, then: state)
    return owed.id
  }

  private static func fill(_ store: SQLiteStore) async throws -> Jobs {
    var jobs = Jobs()
    for _ in 0..<3 {
      _ = try await ended(busy, store, after: 2)
      jobs.delivered.append(try await settle(store, .delivered))
    }
    _ = try await ended(busy, store, after: 3)
    jobs.givenUp.append(try await settle(store, .givenUp))
    for number in 0..<4 {
      jobs.owed.append(try await ended(busy, store, after: 4 + Double(number)))
    }
    jobs.owed.append(try await ended(calm, store, after: 9))
    for number in 0..<3 {
      jobs.plain.append(try await ended(nil, store, after: 10 + Double(number)))
    }
    let live = try SampleJobs.full()
    _ = try await store.add(live, key: nil)
    jobs.live.append(live.id)
    // A try that failed is remembered; the breaker of the receiver is not.
    let tried = try #require(try await store.nextBatch(query(limit: 1)).callbacks.first)
    #expect(tried.id == jobs.owed[0])
    try await store.record(
      CallbackAttempt(at: now, milliseconds: 1, result: .failed(.connection)), of: tried,
      then: .scheduled(at: now.adding(seconds: 3600)))
    return jobs
  }

  /// Scribbles on the page where the tree of a table or index begins.
  private static func damage(_ name: String, in path: String) throws {
    try TemporaryStateDirectory.moveLogIntoFile(path)
    let page: Int64
    let size: Int64
    do {
      var database = try SQLDatabase.open(path, .writing)
      page = try #require(
        try database.scalar("SELECT rootpage FROM sqlite_master WHERE name = ?", [.text(name)]))
      size = try #require(try database.scalar("PRAGMA page_size"))
    }
    var bytes = try TruncatedLogTests.bytes(of: path)
    let start = Int((page - 1) * size)
    for index in start..<start + Int(size) { bytes[index] = 0xa5 }
    TruncatedLogTests.write(bytes[...], to: path)
  }

  private static func numbers(_ store: SQLiteStore, _ sql: String) async throws -> [Int64] {
    try await store.reader.perform { (database) throws(SQLFailure) in
      try database.query(sql) { (row: borrowing SQLRow) throws(SQLFailure) in row.integer(0) }
    }
  }

  /// What is counted twice, once in rows and once in sums.
  private static func expectBalance(_ store: SQLiteStore, owed: Int, kept: Int) async throws {
    for (sql, wanted) in [
      ("SELECT pending FROM counters", owed), ("SELECT sum(pending) FROM receiver", owed),
      ("SELECT count(*) FROM callback WHERE receiver IS NOT NULL AND due IS NOT NULL", owed),
      ("SELECT ended FROM counters", kept), ("SELECT count(*) FROM retention", kept),
      ("SELECT bytes FROM counters", 3 * kept),
      ("SELECT keptBytes FROM principal", 3 * (owed + kept)),
      ("SELECT count(*) FROM pragma_foreign_key_check", 0),
    ] {
      #expect(try await numbers(store, sql) == [Int64(wanted)], "\(sql)")
    }
  }

  // Proves P-045.
  /// Each of these can be told from the others, or is of no use to anybody who has them.
  @Test(arguments: ["job_ended", "callback_due", "receiver", "counters", "retention", "principal"])
  func `what is owed in a damaged store is owed in the new one, and nothing else`(
    damaged: String
  ) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let jobs: Jobs
    do { jobs = try await Self.fill(directory.open()) }
    try Self.damage(damaged, in: directory.path + "/jobs.db")
    var retention = RetentionPolicy.many
    retention.countMax = 2
    let store = try directory.open(retention)
    #expect(directory.log.lines.last?.contains("13 jobs are in the new one, and 0 ") == true)
    try await Self.expectBalance(store, owed: 5, kept: 7)
    let due = try await store.nextBatch(Self.query()).callbacks
    #expect(Set(due.map(\.id)) == Set(jobs.owed))
    #expect(due.map(\.receiver).filter { $0 == "http://busy:80" }.count == 4)
    #expect(due.first { $0.id == jobs.owed[1] }?.pendingSince == SampleJobs.time.adding(seconds: 5))
    for id in jobs.delivered {
      #expect(try await store.callbackReport(of: id)?.state == .known(.delivered))
      #expect(try await store.callbackReport(of: id)?.attempts.count == 1)
    }
    #expect(try await store.callbackReport(of: jobs.givenUp[0])?.state == .known(.givenUp))
    #expect(try await store.callbackReport(of: jobs.live[0])?.state == .pending)
    #expect(try await store.callbackReport(of: jobs.owed[0])?.attempts.count == 1)
    // Retention goes on, and leaves what is owed alone.
    let late = SampleJobs.time.adding(seconds: 100)
    #expect(
      Set(try await store.purgeBatch(at: late))
        == Set(jobs.delivered + jobs.givenUp + [jobs.plain[0]]))
    try await Self.expectBalance(store, owed: 5, kept: 2)
    while try await !store.nextBatch(Self.query()).callbacks.isEmpty {
      _ = try await Self.settle(store, .delivered)
    }
    while try await !store.purgeBatch(at: late).isEmpty {}
    #expect(try await Self.numbers(store, "SELECT count(*) FROM receiver") == [0])
    #expect(try await Self.numbers(store, "SELECT pending FROM counters") == [0])
    #expect(try await Self.numbers(store, "SELECT ended FROM counters") == [2])
  }

  // Proves P-045.
  /// Better twice than never: receivers know it by its id.
  @Test func `where it cannot be read whether a callback is owed it is`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let jobs: Jobs
    do { jobs = try await Self.fill(directory.open()) }
    try Self.damage("callback", in: directory.path + "/jobs.db")
    let store = try directory.open()
    try await Self.expectBalance(store, owed: 9, kept: 3)
    let due = try await store.nextBatch(Self.query()).callbacks
    #expect(Set(due.map(\.id)) == Set(jobs.owed + jobs.delivered + jobs.givenUp))
    #expect(
      due.first { $0.id == jobs.delivered[0] }?.pendingSince == SampleJobs.time.adding(seconds: 2))
  }
}
