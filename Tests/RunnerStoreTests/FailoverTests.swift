import Glibc
import RunnerCore
import TestSupport
import Testing

@testable import RunnerStore

/// What a store does when its server is lost and a standby takes its place.
@Suite(.timeLimit(.minutes(30)))
struct FailoverTests {
  // Proves P-662.
  @Test func `a store goes on with a standby that is promoted, and with all that it has`()
    async throws
  {
    let primary = try PostgreSQLCluster()
    defer { primary.remove() }
    let database = try primary.database()
    _ = try PostgreSQLStore.migrate(primary.connectionString(database), for: nil)
    let standby = try PostgreSQLCluster(following: primary)
    defer { standby.remove() }
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try PostgreSQLStore(
      at: "host=\(primary.folder),\(standby.folder) user=\(PostgreSQLCluster.owner) "
        + "dbname=\(database)",
      node: "one", host: "host", within: 60, folder: directory.path, version: "1", retention: .many,
      log: directory.log)
    let (running, queued) = (try SampleJobs.job(["r"]), try SampleJobs.job(["w"]))
    for job in [running, queued] { #expect(try await store.add(job, key: nil) == .added) }
    let epoch = try #require(try await store.claim(running.id, at: SampleJobs.time))
    try waiting(until: "the standby to have the claim") {
      try standby.sql("SELECT count(*) FROM http_runner.run", in: database) == "1\n"
    }
    _ = try await store.renewLease(adopting: nil)
    try primary.stop(SIGKILL)
    try standby.promote()
    _ = try await store.end(SampleJobs.ended(SampleJobs.started(running, epoch: epoch)))
    #expect(try await store.renewLease(adopting: nil).hasNewEra)
    #expect(try await store.claim(queued.id, at: SampleJobs.time) == 1)
    #expect(try await store.add(SampleJobs.job(["n"]), key: nil) == .added)
    #expect(try await store.job(running.id)?.hasEnded == true)
    #expect(try await store.page(JobQuery()).count == 3)
  }
}
