import RunnerCore
import TestSupport
import Testing

@testable import RunnerStore

/// What the store of a database says when the answer to its COMMIT is lost, and what is there then.
@Suite(.timeLimit(.minutes(30)))
struct LostCommitTests {
  /// A change of a job, whose answer is lost.
  enum Change: CaseIterable, Sendable { case submission, claim, end }

  private final class House {
    let database: TemporaryDatabase
    let directory: TemporaryStateDirectory
    let relay: DatabaseRelay

    init() throws {
      database = try TemporaryDatabase()
      directory = try TemporaryStateDirectory()
      relay = try DatabaseRelay(to: database.cluster)
    }

    deinit {
      relay.remove()
      directory.remove()
    }

    func open() throws -> PostgreSQLStore {
      try database.open(
        directory,
        through: "host=\(relay.folder) user=\(TemporaryDatabase.role) dbname=\(database.name)")
    }

    /// Rows of each table of a job's life, and callbacks that are owed.
    func counts() throws -> [Int] {
      let tables = ["job", "ready", "run", "ending", "callback"]
      let columns = tables.map { "(SELECT count(*) FROM http_runner.\($0))" }
      let text = try database.cluster.sql(
        "SELECT \(columns.joined(separator: " || ' ' || "))", in: database.name)
      return text.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) }
    }
  }

  private static func job() throws -> Job {
    let request = try JobRequest(
      command: "/bin/a", arguments: ["x"], callback: "http://127.0.0.1:9/x")
    return Job(request: request, client: Principal(name: "c"), createdAt: SampleJobs.time)
  }

  /// Makes a change, and holds what it returns against what it would without a loss.
  private static func make(
    _ change: Change, of job: Job, in store: PostgreSQLStore
  ) async throws(StoreFailure) {
    switch change {
    case .submission: #expect(try await store.add(job, key: "k") == .added)
    case .claim: #expect(try await store.claim(job.id, at: SampleJobs.time) == 1)
    case .end:
      let ended = try? SampleJobs.ended(SampleJobs.started(job, epoch: 1))
      #expect(try await store.end(ended ?? job).isEmpty)
    }
  }

  /// The same, once more where a busy machine took longer to connect than the store has patience.
  private static func makePatiently(
    _ change: Change, of job: Job, in store: PostgreSQLStore
  ) async throws(StoreFailure) {
    let start = monotonicSeconds()
    do throws(StoreFailure) {
      try await make(change, of: job, in: store)
    } catch  where monotonicSeconds() - start >= PostgreSQLSession.patienceSeconds {
      try await make(change, of: job, in: store)
    } catch {
      throw error
    }
  }

  private static let rows: [Change: [Int]] = [
    .submission: [1, 1, 0, 0, 0], .claim: [1, 0, 1, 0, 0], .end: [1, 0, 0, 1, 1],
  ]

  // Proves P-677.
  @Test func `a commit whose answer is lost is asked for, and is made once`() async throws {
    let house = try House()
    let store = try house.open()
    let job = try Self.job()
    for change in Change.allCases {
      house.relay.loseAnswer()
      try await Self.makePatiently(change, of: job, in: store)
      #expect(house.relay.hasLost)
      #expect(try house.counts() == Self.rows[change])
    }
  }

  // Proves P-670.
  // Proves P-671.
  // Proves P-672.
  @Test(arguments: Change.allCases)
  func `what the server cannot say is unknown, and finds itself when it is repeated`(
    change: Change
  ) async throws {
    let house = try House()
    let store = try house.open()
    let job = try Self.job()
    for earlier in Change.allCases.prefix(while: { $0 != change }) {
      try await Self.make(earlier, of: job, in: store)
    }
    house.relay.loseAnswer(thenAway: true)
    do throws(StoreFailure) {
      try await Self.make(change, of: job, in: store)
      Issue.record("the commit was confirmed by nobody")
    } catch {
      guard case .unknown = error else { throw error }
    }
    #expect(house.relay.hasLost)
    #expect(try house.counts() == Self.rows[change], "it was committed")
    house.relay.comeBack()
    try await Self.makePatiently(change, of: job, in: store)
    #expect(try house.counts() == Self.rows[change])
  }

  @Test func `a wrong password and a name that is taken are told in words`() throws {
    let house = try House()
    let (cluster, role) = (house.database.cluster, "locked\(UInt32.random(in: 0...99_999))")
    try cluster.sql("CREATE ROLE \(role) LOGIN PASSWORD 'right'")
    try cluster.demandPassword(of: role)
    let wrong = house.directory.path + "/pgpass"
    try Files.write("*:*:*:*:wrong\n", to: wrong, mode: 0o600)
    let text = cluster.connectionString(house.database.name, user: role) + " passfile=\(wrong)"
    let refusal = #expect(throws: PostgreSQLStore.ConnectionRefusal.self) {
      _ = try house.database.open(house.directory, within: 0, through: text)
    }
    let said = refusal?.description ?? ""
    #expect(said.contains("password authentication failed for user \"\(role)\""), "\(said)")
    #expect(!said.contains("wrong\n") && !said.contains("right"))

    let first = try TemporaryStateDirectory()
    defer { first.remove() }
    let store = try house.database.open(first, node: "hall")
    let taken = #expect(throws: PostgreSQLStore.ConnectionRefusal.self) {
      _ = try house.database.open(house.directory, node: "hall", within: 0)
    }
    #expect(taken?.description.contains("hall") == true)
    withExtendedLifetime(store) {}
  }
}
