import RunnerCore
import Testing

@testable import RunnerStore

/// Callbacks that are owed, in the file.
@Suite(.timeLimit(.minutes(30)))
struct OutboxTests {
  private static let now = SampleJobs.time.adding(seconds: 60)
  private static let delivered = CallbackResult.answered(status: 204, retryAfterSeconds: nil)

  /// A job that ended, with its callback owed.
  private func end(_ store: SQLiteStore, _ url: String, after seconds: Double = 2) async throws
    -> JobID
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

  private func due(
    _ store: SQLiteStore, at time: Timestamp = now, limit: Int = 64, perReceiver: Int = 2,
    inFlight: [PendingDelivery] = [], skipped: Set<String> = []
  ) async throws -> DeliveryBatch {
    try await store.nextBatch(
      DeliveryBatchQuery(
        at: time, limit: limit, perReceiver: perReceiver, inFlight: inFlight, skipped: skipped))
  }

  private func record(
    _ store: SQLiteStore, _ callback: PendingDelivery, _ result: CallbackResult = delivered,
    at time: Timestamp = now, then state: CallbackState = .delivered
  ) async throws {
    try await store.record(
      CallbackAttempt(at: time, milliseconds: 3, result: result), of: callback, then: state)
  }

  private func scalar(_ store: SQLiteStore, _ sql: String) async throws -> Int64? {
    try await store.reader.perform { (database) throws(SQLFailure) in try database.scalar(sql) }
  }

  @Test func `what is owed is there after a restart, with what was tried`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let id: JobID
    do {
      let store = try directory.open()
      id = try await end(store, "http://u:p@h:8080/x?q=1")
      let owed = try #require(try await due(store).callbacks.first)
      #expect(owed.url == "http://u:p@h:8080/x?q=1" && owed.receiver == "http://h:8080")
      #expect(owed.tries == 0 && owed.pendingSince == SampleJobs.time.adding(seconds: 2))
      let next = Self.now.adding(seconds: 5)
      try await record(store, owed, .failed(.timeout), then: .scheduled(at: next))
    }
    let store = try directory.open()
    #expect(try await due(store).callbacks.isEmpty)
    #expect(try await due(store).next == Self.now.adding(seconds: 5))
    let again = try await due(store, at: Self.now.adding(seconds: 5)).callbacks
    #expect(again.map(\.id) == [id] && again[0].tries == 1)
    let report = try #require(try await store.callbackReport(of: id))
    #expect(report.state == .known(.scheduled(at: Self.now.adding(seconds: 5))))
    #expect(
      report.attempts == [
        CallbackAttempt(at: Self.now, milliseconds: 3, result: .failed(.timeout))
      ])
  }

  @Test func `nothing is owed for a job whose end is not kept`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try SampleJobs.started(SampleJobs.full(), epoch: 7)
    _ = try await store.add(SampleJobs.started(try SampleJobs.full()), key: nil)
    await #expect(throws: StoreFailure.fenced) { _ = try await store.end(SampleJobs.ended(job)) }
    #expect(try await due(store).callbacks.isEmpty)
    #expect(try await scalar(store, "SELECT pending FROM counters") == 0)
  }

  // Proves P-055.
  @Test func `where as many are owed as may be a job that asks for one more is not accepted`()
    async throws
  {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    _ = try await end(store, "http://dead/")
    let add = { (url: String?) async throws in
      try await store.add(
        Job(
          request: JobRequest(command: "/bin/a", arguments: [], callback: url),
          client: Principal(name: "c"),
          createdAt: SampleJobs.time), key: nil)
    }
    let prepare = { (sql: String) async throws in
      _ = try await store.writer.perform { (database) throws(SQLFailure) in try database.run(sql) }
    }
    try await prepare("UPDATE receiver SET pending = \(OutboxLimits.pendingPerReceiverMax)")
    #expect(try await add("http://dead:80/other") == .outboxFull)
    #expect(try await add("http://live/") == .added)
    #expect(try await add(nil) == .added)
    // One that is settled makes room for one.
    try await record(store, try #require(try await due(store).callbacks.first))
    #expect(try await add("http://dead/") == .added)
    try await prepare("UPDATE counters SET pending = \(OutboxLimits.pendingMax)")
    #expect(try await add("http://live/") == .outboxFull)
    #expect(try await add(nil) == .added)
    let count = try await scalar(store, "SELECT count(*) FROM job WHERE callback IS NOT NULL")
    #expect(count == 3, "nothing is kept of what is refused")
  }

  @Test func `receivers take turns, and none gets more than its share`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    for _ in 0..<20 { _ = try await end(store, "http://busy/") }
    let other = try await end(store, "http://other/", after: 9)
    let first = try await due(store)
    let (busy, calm) = ("http://busy:80", "http://other:80")
    #expect(first.callbacks.map(\.receiver) == [busy, busy, calm])
    #expect(first.callbacks.last?.id == other)
    #expect(try await due(store, limit: 1).callbacks.count == 1)
    let one = try await due(store, inFlight: [first.callbacks[0]]).callbacks
    #expect(one.map(\.receiver) == [busy, calm])
    #expect(one[0].id != first.callbacks[0].id)
    let rest = try await due(store, skipped: [busy])
    #expect(rest.callbacks.map(\.id) == [other] && rest.next == nil)
  }

  @Test func `a receiver that fails is left alone for a while, then gets one`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    for _ in 0..<10 { _ = try await end(store, "http://dead/") }
    let late = Self.now.adding(seconds: 1000)
    for _ in 0..<5 {
      let owed = try #require(try await due(store).callbacks.first)
      try await record(store, owed, .failed(.connection), then: .scheduled(at: late))
    }
    #expect(try await due(store).callbacks.isEmpty)
    let until = Self.now.adding(seconds: 0.003).adding(seconds: 1)
    #expect(try await due(store).next == until)
    // What comes to be owed meanwhile does not open it.
    _ = try await end(store, "http://dead/")
    #expect(try await due(store).callbacks.isEmpty)
    #expect(try await due(store).next == until)
    let probe = try await due(store, at: until).callbacks
    #expect(probe.count == 1)
    try await record(store, probe[0], at: until)
    #expect(try await due(store, at: until).callbacks.count == 2)
  }

  @Test func `when all is settled nothing is left of a receiver`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    for count in 0..<6 { _ = try await end(store, "http://h\(count % 2)/") }
    while true {
      let owed = try await due(store).callbacks
      guard !owed.isEmpty else { break }
      for one in owed { try await record(store, one) }
    }
    #expect(try await scalar(store, "SELECT count(*) FROM receiver") == 0)
    #expect(try await scalar(store, "SELECT pending FROM counters") == 0)
    #expect(try await scalar(store, "SELECT ended FROM counters") == 6)
    #expect(try await scalar(store, "SELECT sum(bytes) FROM retention") == 18)
    #expect(try await scalar(store, "SELECT bytes FROM counters") == 18)
  }

  // Proves P-053.
  @Test func `a job whose callback is owed is kept beyond every bound, and goes after`()
    async throws
  {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var retention = RetentionPolicy()
    retention.countMax = 2
    retention.secondsMax = 60
    retention.bytesMax = 1
    let store = try directory.open(retention)
    let owed = try await end(store, "http://h/")
    for number in 0..<5 {
      let job = try SampleJobs.job(["\(number)"])
      _ = try await store.add(job, key: nil)
      _ = try await store.end(
        SampleJobs.ended(job, after: 10 + Double(number), stdout: SampleJobs.bytes("x")))
    }
    let late = SampleJobs.time.adding(seconds: 100_000)
    while try await !store.purgeBatch(at: late).isEmpty {}
    #expect(try await store.job(owed) != nil)
    try await record(store, try #require(try await due(store).callbacks.first))
    #expect(try await store.purgeBatch(at: late) == [owed])
    #expect(try await scalar(store, "SELECT count(*) FROM attempt") == 0)
    #expect(try await scalar(store, "SELECT count(*) FROM callback") == 0)
  }

  @Test func `a job that a client deletes takes its callback with it`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let ids = [try await end(store, "http://h/"), try await end(store, "http://h/")]
    let owed = try await due(store).callbacks
    #expect(try await store.delete(ids[0]))
    // It was on its way: what comes of it is nobody's any more.
    for one in owed { try await record(store, one) }
    #expect(try await scalar(store, "SELECT count(*) FROM receiver") == 0)
    #expect(try await scalar(store, "SELECT pending FROM counters") == 0)
    #expect(try await scalar(store, "SELECT ended FROM counters") == 1)
  }

  @Test func `a callback is owed again by request`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let id = try await end(store, "http://h/")
    #expect(try await store.redeliver(id, at: Self.now) == .scheduled, "it is owed already")
    try await record(store, try #require(try await due(store).callbacks.first))
    #expect(try await due(store).callbacks.isEmpty)
    #expect(try await store.redeliver(id, at: Self.now) == .scheduled)
    #expect(try await scalar(store, "SELECT ended FROM counters") == 0)
    let owed = try #require(try await due(store).callbacks.first)
    #expect(owed.id == id && owed.tries == 0 && owed.pendingSince == Self.now)
    try await record(store, owed)
    #expect(try await store.callbackReport(of: id)?.attempts.count == 2)
    let plain = try SampleJobs.job()
    _ = try await store.add(plain, key: nil)
    #expect(try await store.redeliver(plain.id, at: Self.now) == .noCallback)
    let live = try SampleJobs.full()
    _ = try await store.add(live, key: nil)
    #expect(try await store.redeliver(live.id, at: Self.now) == .jobLives)
    #expect(try await store.callbackReport(of: live.id)?.state == .pending)
    #expect(try await store.redeliver(.random(), at: Self.now) == .unknown)
    #expect(try await store.callbackReport(of: .random()) == nil)
  }

  @Test func `what is owed for too long to a receiver that does not work is given up`() async throws
  {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    for _ in 0..<40 { _ = try await end(store, "http://dead/") }
    _ = try await end(store, "http://live/")
    let tidy = { () async throws in
      try await store.expireCallbacks(
        pendingBefore: Self.now, latest: Self.now.adding(seconds: 1000), at: Self.now)
    }
    #expect(try await tidy() == 0, "nothing is known against the receivers")
    for _ in 0..<5 {
      let owed = try #require(try await due(store).callbacks.first)
      try await record(store, owed, .failed(.timeout), then: .scheduled(at: Self.now))
    }
    #expect(try await tidy() == 32)
    #expect(try await tidy() == 8)
    #expect(try await scalar(store, "SELECT pending FROM counters") == 1)
    #expect(try await scalar(store, "SELECT ended FROM counters") == 40)
  }

  @Test func `a clock that was set back does not hold callbacks back`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    for _ in 0..<6 { _ = try await end(store, "http://h/", after: 1_000_000) }
    for _ in 0..<5 {
      let owed = try #require(
        try await due(store, at: SampleJobs.time.adding(seconds: 2_000_000)).callbacks.first)
      try await record(
        store, owed, .failed(.timeout), at: SampleJobs.time.adding(seconds: 2_000_000),
        then: .scheduled(at: SampleJobs.time.adding(seconds: 2_000_001)))
    }
    #expect(try await due(store).callbacks.isEmpty)
    _ = try await store.expireCallbacks(
      pendingBefore: SampleJobs.time, latest: Self.now.adding(seconds: 1000), at: Self.now)
    #expect(try await due(store).callbacks.count == 1)
  }

  // Proves P-054.
  @Test func `finding work among a hundred thousand that are owed takes no time`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    _ = try await end(store, "http://dead/")
    let live = try await end(store, "http://live/")
    let time = { () async throws -> Duration in
      let start = ContinuousClock.now
      _ = try await due(store)
      return .now - start
    }
    // What others do on this machine can only add to it: the shortest of many is what it takes.
    var few = Duration.seconds(60)
    for _ in 0..<20 { few = min(few, try await time()) }
    _ = try await store.writer.perform { (database) throws(SQLFailure) in
      try database.execute(
        """
        INSERT INTO job SELECT NULL, randomblob(20), 2, 1, 'c', NULL, '/bin/a', x'', 'http://dead/',
          NULL, x'', x'', x'', 5, x'', 1, 1, 1, NULL, NULL, 0, NULL, NULL, x'', x'', NULL, NULL
        FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
          SELECT i FROM n);
        INSERT INTO callback SELECT sequence, 0, (SELECT id FROM receiver), 1, 1, 0
        FROM job WHERE created = 1;
        """)
    }
    let bound = few * 10 + .milliseconds(2)
    var many = Duration.seconds(60)
    for _ in 0..<2000 where many >= bound { many = min(many, try await time()) }
    #expect(many < bound, "\(few) with two, \(many) with a hundred thousand")
    let found = try await due(store)
    #expect(found.callbacks.count == 3 && found.callbacks.contains { $0.id == live })
  }
}
