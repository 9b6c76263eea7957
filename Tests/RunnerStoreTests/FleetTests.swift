import CoreTestSupport
import RunnerCore
import Synchronization
import TestSupport
import Testing

@testable import RunnerStore

/// Nodes that share one queue in PostgreSQL: engines and stores as services have them.
@Suite(.timeLimit(.minutes(30)))
struct FleetTests {
  /// Waits, by looks, for what the nodes do by themselves.
  private func waiting(for what: String, _ look: () async throws -> Bool) async throws {
    for _ in 0..<1500 {
      if try await look() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw TestFailure("there is still not: \(what)")
  }

  // Proves P-682.
  @Test func `jobs that any node accepted run once each, and are the same at all of them`()
    async throws
  {
    let (database, ledger) = (try TemporaryDatabase(), RunLedger())
    var nodes: [FleetNode] = []
    for name in ["a", "b", "c"] {
      nodes.append(try await FleetNode(name, of: database, ledger, slots: 1))
    }
    var ids: [JobID] = []
    for number in 0..<90 { ids.append(try await nodes[number % 3].submit("\(number)")) }
    for (number, id) in ids.enumerated() {
      let job = try await nodes[(number + 1) % 3].end(of: id)
      #expect(job.outcome == .exited(code: 0))
      #expect(job.stdout.joined == Array("output of \(number)".utf8))
    }
    #expect(ledger.runs.count == 90 && ledger.runs.values.allSatisfy { $0.count == 1 })
    #expect(ledger.overlaps == [])
    var query = JobQuery()
    query.limit = 100
    var pages: [[JobID]] = []
    for node in nodes { pages.append(try await node.engine.page(query).map(\.id)) }
    #expect(pages[0] == ids.reversed() && pages[1] == pages[0] && pages[2] == pages[0])
    for node in nodes { await node.stop() }
  }

  // Proves P-682.
  @Test func `a node with free slots starts what waits at another one`() async throws {
    let (database, ledger) = (try TemporaryDatabase(), RunLedger())
    let busy = try await FleetNode("busy", of: database, ledger, slots: 1)
    let free = try await FleetNode("free", of: database, ledger, slots: 2)
    let first = try await busy.submit("hold")
    let waiting = [try await busy.submit("hold w1"), try await busy.submit("hold w2")]
    try await self.waiting(for: "both to run") { free.launcher.runningCount == 2 }
    #expect(ledger.runs["hold"] == ["busy"] && ledger.runs["hold w1"] == ["free"])
    #expect(try await busy.engine.find(waiting[0])?.state == .running)
    try await self.waiting(for: "the queue to be empty there") {
      await busy.engine.queueStatus().waiting == 0
    }
    #expect(try await busy.engine.sharedQueueStatus().running == 3)
    // Followed and cancelled where it was accepted, and told of where it was not.
    let wakes = Mutex(0)
    let feed = try #require(
      await busy.engine.feed(of: waiting[0], wake: { wakes.withLock { $0 += 1 } }))
    #expect(feed.job?.state == .running)
    #expect(try await busy.engine.cancel(waiting[0]) == .accepted)
    let ended = try await busy.end(of: waiting[0])
    #expect(ended.outcome == .cancelled(code: nil))
    try await self.waiting(for: "the follower to hear of it") { feed.job?.hasEnded == true }
    #expect(wakes.withLock(\.self) > 0)
    let output = feed.read(.stdout, at: 0, bytesMax: 100)?.bytes
    #expect(output?.elementsEqual("output of hold w1".utf8) == true)
    #expect(try await free.engine.cancel(first) == .accepted)
    #expect(try await free.end(of: first).outcome == .cancelled(code: nil))
    await free.stop()
    await busy.stop()
  }

  // Twin of P-682.
  @Test func `what a node does not serve waits for one that does`() async throws {
    let (database, ledger) = (try TemporaryDatabase(), RunLedger())
    let busy = try await FleetNode("busy", of: database, ledger, slots: 1)
    let other = try await FleetNode("other", of: database, ledger, lanes: ["/bin/b"])
    _ = try await busy.submit("hold")
    let waiting = try await busy.submit("w")
    let count = other.clock.sleepCount
    try await self.waiting(for: "it to look for jobs some times") {
      other.clock.sleepCount > count + 20
    }
    #expect(ledger.runs["w"] == nil)
    #expect(try await other.engine.find(waiting)?.state == .queued)
    busy.launcher.letGo()
    #expect(try await other.end(of: waiting).outcome == .exited(code: 0))
    #expect(ledger.runs["w"] == ["busy"])
    for node in [busy, other] { await node.stop() }
  }

  // Proves P-685.
  @Test(arguments: [false, true])
  func `the jobs of a node that is lost are ended or run again by others, and its ends are refused`(
    isRestartable: Bool
  ) async throws {
    let (database, ledger) = (try TemporaryDatabase(), RunLedger())
    // One that may run again has so long to be ended that a busy machine comes to it.
    let short =
      isRestartable
      ? LeaseTerms(length: 12_000_000, margin: 8_000_000, interval: 500_000)
      : SharedStoreConformanceTests.short
    let lost = try await FleetNode(
      "lost", of: database, ledger, slots: 1, isRestartable: isRestartable, terms: short)
    let running = try await lost.submit("hold")
    try await waiting(for: "it to run") { lost.launcher.runningCount == 1 }
    // It is not heard any more, though it lives.
    try database.cluster.sql(
      """
      CREATE FUNCTION http_runner.silence() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION ''It is not heard.''; END';
      CREATE TRIGGER silence BEFORE UPDATE ON http_runner.node FOR EACH ROW
        WHEN (old.name = 'lost' AND new.boot = old.boot)
        EXECUTE FUNCTION http_runner.silence()
      """, in: database.name)
    let other = try await FleetNode(
      "other", of: database, ledger, isRestartable: isRestartable, terms: short)
    if isRestartable {
      try await waiting(for: "it to run again") { ledger.runs["hold"]?.contains("other") == true }
      try await waiting(for: "it to end") {
        other.launcher.letGo()
        return try await other.engine.find(running)?.outcome == .exited(code: 0)
      }
    } else {
      #expect(try await other.end(of: running).outcome == .lost)
      #expect(lost.launcher.runningCount <= 1, "it goes on, or is ended once it is heard")
      lost.launcher.letGo()
      #expect(ledger.runs["hold"] == ["lost"])
    }
    #expect(ledger.overlaps == [])
    try await waiting(for: "the lost one to know it") {
      lost.log.lines.contains { $0.contains("its jobs are others' now") }
    }
    let outcome = try await other.engine.find(running)?.outcome
    #expect(outcome == (isRestartable ? .exited(code: 0) : .lost))
    await other.stop()
  }

  // Proves P-686.
  @Test func `a node that stops leaves its jobs to the others, and takes them when it is back`()
    async throws
  {
    let (database, ledger) = (try TemporaryDatabase(), RunLedger())
    var (running, waiting, last): (JobID?, JobID?, JobID?)
    do {
      let other = try await FleetNode("other", of: database, ledger, slots: 1)
      _ = try await other.submit("hold other")
      do {
        let stopping = try await FleetNode("stopping", of: database, ledger, slots: 1)
        running = try await stopping.submit("hold")
        waiting = try await stopping.submit("w")
        await stopping.stop()
      }
      #expect(try await other.end(of: #require(running)).outcome == .stopped(code: nil))
      last = try await other.submit("last")
      await other.stop()
    }
    let again = try await FleetNode("stopping", of: database, ledger)
    #expect(try await again.end(of: #require(waiting)).outcome == .exited(code: 0))
    #expect(try await again.end(of: #require(last)).outcome == .exited(code: 0))
    await again.stop()
  }

  // Proves P-689.
  @Test func `a name is refused on another host while its lease holds, and not on its own`()
    async throws
  {
    let database = try TemporaryDatabase()
    let (own, foreign) = (try TemporaryStateDirectory(), try TemporaryStateDirectory())
    defer { for directory in [own, foreign] { directory.remove() } }
    let job = try SampleJobs.job()
    do {
      let store = try database.open(own)
      #expect(try await store.add(job, key: nil) == .added)
    }
    // It is gone without a word.
    #expect(throws: PostgreSQLStore.ConnectionRefusal.self) {
      _ = try database.open(foreign, within: 0)
    }
    do {
      let back = try database.open(own, within: 5)
      #expect(try await back.unfinishedJobs(after: nil).jobs.map(\.id) == [job.id])
    }
    // The twin: once the lease is over, another host takes the name, and what it left.
    try database.cluster.sql(
      "UPDATE http_runner.node SET leaseUntil = '2000-01-01'", in: database.name)
    let next = try database.open(foreign)
    #expect(try await next.unfinishedJobs(after: nil).jobs.map(\.id) == [job.id])
  }

  // Proves P-686.
  @Test func `a callback is told by the node that ended its job, and by another when that left`()
    async throws
  {
    let database = try TemporaryDatabase()
    let directories = [try TemporaryStateDirectory(), try TemporaryStateDirectory()]
    defer { for directory in directories { directory.remove() } }
    let one = try database.open(directories[0], node: "one")
    let two = try database.open(directories[1], node: "two")
    let due = { (store: PostgreSQLStore) async throws in
      try await store.nextBatch(
        DeliveryBatchQuery(at: SampleJobs.time.adding(seconds: 60), limit: 8, perReceiver: 8)
      ).callbacks.map(\.id)
    }
    var jobs: [JobID] = []
    for store in [one, one, two] {
      let job = try SampleJobs.full()
      #expect(try await store.add(job, key: nil) == .added)
      let epoch = try #require(try await store.claim(job.id, at: SampleJobs.time))
      _ = try await store.end(SampleJobs.ended(SampleJobs.started(job, epoch: epoch)))
      jobs.append(job.id)
    }
    #expect(try await due(one) == Array(jobs[0...1]))
    #expect(try await due(two) == [jobs[2]])
    #expect(try await two.delete(jobs[0]))
    #expect(try await due(one) == [jobs[1]])
    #expect(try await two.pendingCallbackCount() == 2)
    _ = try await two.renewLease(adopts: true)
    await one.leave()
    _ = try await two.renewLease(adopts: true)
    #expect(try await Set(due(two)) == Set(jobs[1...2]))
    #expect(try await two.pendingCallbackCount() == 2)
    #expect(
      try database.cluster.sql(
        "SELECT string_agg(pending::text, '') || count(*) FROM http_runner.receiver",
        in: database.name) == "21\n")
  }

  @Test func `nodes that end and purge jobs at one time count right`() async throws {
    let database = try TemporaryDatabase()
    let directories = [try TemporaryStateDirectory(), try TemporaryStateDirectory()]
    defer { for directory in directories { directory.remove() } }
    var retention = RetentionPolicy()
    retention.countMax = 5
    let stores = [
      try database.open(directories[0], node: "one", retention),
      try database.open(directories[1], node: "two", retention),
    ]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<120 {
        let store = stores[number % 2]
        group.addTask {
          let job = try SampleJobs.job(client: number % 3 == 0 ? "x" : "y")
          #expect(try await store.add(job, key: nil) == .added)
          let epoch = try #require(try await store.claim(job.id, at: SampleJobs.time))
          _ = try await store.end(
            SampleJobs.ended(
              SampleJobs.started(job, epoch: epoch), stdout: SampleJobs.bytes("four")))
        }
      }
      try await group.waitForAll()
    }
    while try await !stores[0].purgeBatch(at: SampleJobs.time).isEmpty {}
    #expect(
      try database.cluster.sql(
        """
        SELECT (SELECT count(*) FROM http_runner.retention),
          (SELECT sum(ended) FROM http_runner.tally), (SELECT sum(bytes) FROM http_runner.tally),
          (SELECT sum(bytes) FROM http_runner.kept), (SELECT count(*) FROM http_runner.ready),
          (SELECT count(*) FROM http_runner.run)
        """, in: database.name) == "5|5|20|20|0|0\n")
  }
}
