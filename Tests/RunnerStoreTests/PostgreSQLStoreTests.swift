import CoreTestSupport
import RunnerCore
import TestSupport
import Testing

@testable import RunnerStore

/// What a store in a database does beyond the contract of every store.
@Suite(.timeLimit(.minutes(30)))
struct PostgreSQLStoreTests {
  private final class House {
    let database: TemporaryDatabase
    let directory: TemporaryStateDirectory

    init() throws {
      database = try TemporaryDatabase()
      directory = try TemporaryStateDirectory()
    }

    deinit { directory.remove() }
  }

  // Proves P-677.
  @Test func `lost connections cost nothing but time`() async throws {
    let house = try House()
    let store = try house.database.open(house.directory)
    let job = try SampleJobs.job()
    #expect(try await store.add(job, key: nil) == .added)
    #expect(try await store.job(job.id)?.state == .queued)
    for _ in 0..<3 {
      try house.database.endSessions()
      #expect(try await store.job(job.id)?.state == .queued)
      #expect(try await store.add(SampleJobs.job(), key: nil) == .added)
    }
    try house.database.endSessions()
    let epoch = try #require(try await store.claim(job.id, at: SampleJobs.time))
    try house.database.endSessions()
    _ = try await store.end(SampleJobs.ended(SampleJobs.started(job, epoch: epoch)))
    #expect(try await store.page(JobQuery()).count == 4)
  }

  // Proves P-678.
  @Test func `a name is of one service at a time, and the next one goes on with its jobs`()
    async throws
  {
    let house = try House()
    let (waiting, running) = (try SampleJobs.job(["w"]), try SampleJobs.job(["r"]))
    do {
      let store = try house.database.open(house.directory)
      for job in [waiting, running] { #expect(try await store.add(job, key: nil) == .added) }
      _ = try #require(try await store.claim(running.id, at: SampleJobs.time))
      let other = try TemporaryStateDirectory()
      defer { other.remove() }
      #expect(throws: PostgreSQLStore.ConnectionRefusal.self) {
        _ = try house.database.open(other, within: 0)
      }
      #expect(try await store.job(running.id)?.state == .running)
      // The next service of that name takes its place, once this one has lost the database.
      try house.database.cluster.sql(
        "UPDATE http_runner.node SET boot = boot + 1", in: house.database.name)
      await #expect(throws: StoreFailure.fenced) { try await store.setPaused(true) }
      try house.database.endSessions()
      await #expect(throws: StoreFailure.fenced) { try await store.setPaused(true) }
      try house.database.cluster.sql(
        "UPDATE http_runner.node SET boot = boot - 1", in: house.database.name)
    }
    let store = try house.database.open(house.directory)
    let unfinished = try await store.unfinishedJobs(after: nil)
    #expect(unfinished.jobs.map(\.id) == [waiting.id, running.id] && unfinished.cursor == nil)
    #expect(unfinished.jobs.map(\.state) == [.queued, .running])
  }

  // Proves P-679.
  @Test func `a service has the rights that it needs, and no others`() throws {
    let house = try House()
    _ = try house.database.open(house.directory)
    for statement in [
      "CREATE TABLE http_runner.x (y int)", "DROP TABLE http_runner.job",
      "TRUNCATE http_runner.run", "UPDATE http_runner.version SET number = 9",
      "ALTER TABLE http_runner.job ADD COLUMN z int",
    ] {
      #expect(throws: TestFailure.self, "\(statement)") {
        try house.database.cluster.sql(
          "SET ROLE \(TemporaryDatabase.role); \(statement)", in: house.database.name)
      }
    }
    let (from, to) = try PostgreSQLStore.migrate(
      house.database.cluster.connectionString(house.database.name), for: nil)
    #expect(from == to, "there was nothing left to do")
  }

  // Twin of P-679.
  @Test func `a database without the schema is not used, and its owner makes it`() throws {
    let house = try House()
    let empty = house.database.cluster.connectionString(try house.database.cluster.database())
    #expect(try PostgreSQLStore.versions(empty).found == 0)
    let other = try TemporaryStateDirectory()
    defer { other.remove() }
    #expect(throws: PostgreSQLStore.ConnectionRefusal.self) {
      _ = try house.database.open(other, within: 0, through: empty)
    }
    #expect(try PostgreSQLStore.versions(empty).found == 0)
    let (from, to) = try PostgreSQLStore.migrate(empty, for: nil)
    #expect(from == 0 && to > 0)
    _ = try house.database.open(other, within: 5, through: empty)
  }

  // Proves P-681.
  @Test func `a state folder belongs to one store, and another one takes nothing from it`() throws {
    let house = try House()
    do { _ = try house.database.open(house.directory) }
    #expect(throws: StateFolder.Failure.self, "embedded") { _ = try house.directory.open() }
    let cluster = house.database.cluster
    let other = cluster.connectionString(try cluster.database())
    _ = try PostgreSQLStore.migrate(other, for: nil)
    #expect(throws: StateFolder.Failure.self, "another database") {
      _ = try house.database.open(house.directory, within: 5, through: other)
    }
    let embedded = try TemporaryStateDirectory()
    defer { embedded.remove() }
    do { _ = try embedded.open() }
    #expect(throws: StateFolder.Failure.self, "a folder with jobs.db") {
      _ = try house.database.open(embedded)
    }
  }

  // Twin of P-681.
  @Test func `a store finds its state folder again`() throws {
    let house = try House()
    for _ in 0..<2 { _ = try house.database.open(house.directory) }
    let names = TemporaryStateDirectory.names(in: house.directory.path)
    #expect(names.contains("database") && !names.contains("database.new"))
  }

  @Test func `long output is whole in the database, and its file is gone`() async throws {
    let house = try House()
    let store = try house.database.open(house.directory)
    let budget = OutputBudget(bytesMax: 64 << 20)
    var job = try SampleJobs.job()
    #expect(try await store.add(job, key: nil) == .added)
    let epoch = try #require(try await store.claim(job.id, at: SampleJobs.time))
    job = try SampleJobs.started(job, epoch: epoch)
    let spill = OutputSpill(memoryBytesMax: store.outputStorage.memoryBytesMax) { [job] in
      store.outputStorage.create(job.id, .stdout)
    }
    let stdout = CapturedOutput(bytesMax: 4 << 20, budget: budget, spill: spill)
    let bytes = (0..<700_001).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
    stdout.append(bytes[...])
    await withCheckedContinuation { continuation in stdout.finish { continuation.resume() } }
    job.output = .captured(
      stdout: stdout, stderr: CapturedOutput(bytesMax: 1 << 20, budget: budget))
    try job.apply(.ended(.exited(code: 0)), at: SampleJobs.time)
    _ = try await store.end(job)
    let found = try #require(try await store.job(job.id))
    #expect(found.output.stdout.keptBytes == bytes.count)
    #expect(found.output.stdout.read(at: 0, bytesMax: 1 << 20).bytes.elementsEqual(bytes))
    let middle = found.output.stdout.read(at: 262_000, bytesMax: 300_000).bytes
    #expect(middle.elementsEqual(bytes[262_000..<562_000]))
    #expect((UInt8.min...UInt8.max).allSatisfy { store.output.jobs(inPart: $0).isEmpty })
  }
}
