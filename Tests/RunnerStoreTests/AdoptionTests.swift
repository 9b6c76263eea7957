import CoreTestSupport
import PostgreSQLBase
import RunnerCore
import TestSupport
import Testing

@testable import RunnerStore

/// What becomes of the jobs of a node that is gone, and of those without a home.
@Suite(.timeLimit(.minutes(30)))
struct AdoptionTests {
  /// Two nodes of one database, of which one is to go.
  private final class Pair {
    let database: TemporaryDatabase
    let directories: [TemporaryStateDirectory]
    var one: PostgreSQLStore?
    let two: PostgreSQLStore

    init() throws {
      database = try TemporaryDatabase()
      directories = [try TemporaryStateDirectory(), try TemporaryStateDirectory()]
      one = try database.open(directories[0], node: "one")
      two = try database.open(directories[1], node: "two")
    }

    deinit { for directory in directories { directory.remove() } }

    /// Adds a job to the first node.
    func added(
      _ entry: String? = "a", isBound: Bool = false, lane: String? = nil
    ) async throws -> Job {
      var job = try SampleJobs.job()
      (job.entry, job.isBound, job.lane) = (entry, isBound, lane)
      #expect(try await one?.add(job, key: nil) == .added)
      return job
    }

    /// What the second node adopts, of the entries that it serves.
    func adopted(_ entries: [String] = ["a"]) async throws -> [JobID] {
      try await two.renewLease(adopting: entries).adopted.map(\.id)
    }
  }

  // Proves P-686.
  @Test func `what is bound to its home, or of an entry that a node has not, is left to others`()
    async throws
  {
    let pair = try Pair()
    let jobs = [
      try await pair.added(), try await pair.added("b"), try await pair.added(isBound: true),
      try await pair.added(nil),
    ]
    await pair.one?.leave()
    pair.one = nil
    #expect(try await Set(pair.adopted()) == [jobs[0].id, jobs[3].id])
    #expect(try await pair.adopted() == [])
    #expect(try await pair.adopted(["b"]) == [jobs[1].id])
    #expect(try await pair.adopted(["a", "b"]) == [])
    let again = try pair.database.open(pair.directories[0], node: "one")
    #expect(try await again.unfinishedJobs(after: nil).jobs.map(\.id) == [jobs[2].id])
    #expect(
      try pair.database.cluster.sql(
        "SELECT count(*) FROM http_runner.former", in: pair.database.name) == "0\n")
  }

  // Proves P-686.
  @Test func `a job that another node has locked while its home is adopted is adopted later`()
    async throws
  {
    let pair = try Pair()
    let jobs = [try await pair.added(), try await pair.added()]
    await pair.one?.leave()
    var other = try PostgreSQLConnection.open(
      PostgreSQLSettings(pair.database.connectionString))
    try other.execute("BEGIN")
    try other.execute("SELECT FROM http_runner.ready FOR UPDATE")
    #expect(try await pair.adopted() == [])
    try other.execute("ROLLBACK")
    #expect(try await Set(pair.adopted()) == Set(jobs.map(\.id)))
    other.close()
  }

  // Proves P-686.
  @Test func `a renewal counts, though what it was to adopt cannot be adopted yet`() async throws {
    let pair = try Pair()
    let job = try await pair.added()
    await pair.one?.leave()
    try pair.database.cluster.sql(
      """
      CREATE FUNCTION http_runner.refuse() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION ''Not now.''; END';
      CREATE TRIGGER refuse BEFORE UPDATE ON http_runner.ready FOR EACH ROW
        EXECUTE FUNCTION http_runner.refuse()
      """, in: pair.database.name)
    #expect(try await pair.adopted() == [])
    try pair.database.cluster.sql(
      "DROP TRIGGER refuse ON http_runner.ready", in: pair.database.name)
    #expect(try await pair.adopted() == [job.id])
  }

  // Proves P-684.
  @Test func `a cancellation outlives a retry, and a job without a home finds one`() async throws {
    let pair = try Pair()
    let one = try #require(pair.one)
    let job = try await pair.added(lane: "a")
    let epoch = try #require(try await one.claim(job.id, at: SampleJobs.time))
    #expect(try await pair.two.requestCancel(job.id))
    try await one.retry(SampleJobs.started(job, epoch: epoch))
    try await one.offer(job.id, in: "a", at: SampleJobs.time)
    #expect(try await one.updates(in: ["a"]).cancelled == [job.id])
    _ = try await pair.two.renewLease(adopting: nil)
    let query = PullQuery(lanes: ["a"], countMax: 1, time: SampleJobs.time)
    #expect(try await pair.two.claim(query).isEmpty, "it is its home's to end")
    #expect(try await !pair.two.updates(in: ["a"]).hasWaiting)
    let other = try await pair.added(lane: "a")
    let claimed = try #require(try await pair.two.claim(query).first)
    #expect(claimed.id == other.id)
    try await pair.two.putBack(other.id, epoch: claimed.epoch)
    #expect(try await one.updates(in: ["a"]).hasWaiting)
    #expect(try await pair.adopted(["b"]) == [])
    #expect(try await pair.adopted() == [other.id])
    #expect(try await one.updates(in: ["a"]).hasWaiting)
  }

  // Proves P-685.
  @Test func `a loss is counted where a node was lost, and not where it left`() async throws {
    let pair = try Pair()
    let job = try await pair.added()
    _ = try await pair.one?.claim(job.id, at: SampleJobs.time)
    // It is gone without a word, and back under its name.
    pair.one = nil
    pair.one = try pair.database.open(pair.directories[0], node: "one")
    var found = try await pair.one?.unfinishedJobs(after: nil).jobs
    #expect(found?.map(\.losses) == [1])
    await pair.one?.leave()
    pair.one = nil
    pair.one = try pair.database.open(pair.directories[0], node: "one")
    found = try await pair.one?.unfinishedJobs(after: nil).jobs
    #expect(found?.map(\.losses) == [1])
    await pair.one?.leave()
    let adopted = try await pair.two.renewLease(adopting: [])
    #expect(adopted.adopted.map(\.losses) == [1])
  }

  // Proves P-686.
  @Test func `jobs of before there were several nodes are adopted under another name`()
    async throws
  {
    let pair = try Pair()
    let (running, waiting) = (try await pair.added(), try await pair.added())
    _ = try await pair.one?.claim(running.id, at: SampleJobs.time)
    await pair.one?.leave()
    pair.one = nil
    // The same rows in a schema of the first step.
    try pair.database.cluster.sql(
      """
      ALTER SCHEMA http_runner RENAME TO later;
      \(PostgreSQLSchema.steps[0]);
      UPDATE http_runner.version SET number = 1, identity = (SELECT identity FROM later.version);
      SELECT setval('http_runner.boot', 100);
      INSERT INTO http_runner.node SELECT name, 50, started FROM later.node WHERE name = 'one';
      INSERT INTO http_runner.enforcement OVERRIDING SYSTEM VALUE SELECT * FROM later.enforcement;
      INSERT INTO http_runner.job OVERRIDING SYSTEM VALUE SELECT * FROM later.job;
      INSERT INTO http_runner.ready
        SELECT sequence, epoch, heldUntil, rank, attempts FROM later.ready;
      INSERT INTO http_runner.run
        SELECT sequence, epoch, 50, started, rank, attempts, successCode FROM later.run;
      """, in: pair.database.name)
    let (from, to) = try PostgreSQLStore.migrate(
      pair.database.cluster.connectionString(pair.database.name), for: TemporaryDatabase.role)
    #expect(from == 1 && to == 2)
    let new = try pair.database.open(pair.directories[0], node: "new")
    #expect(try await new.renewLease(adopting: []).adopted.map(\.id) == [running.id])
    #expect(try await new.renewLease(adopting: []).adopted.map(\.id) == [waiting.id])
  }
}
