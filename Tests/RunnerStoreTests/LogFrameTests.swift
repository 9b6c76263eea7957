import RunnerCore
import Testing

@testable import RunnerStore

/// What a job costs in the write-ahead log, in pages: a count that no other work on the machine
/// moves. Each page is written in full and read again by the next checkpoint, so that one more in
/// each job is seen in the rate of jobs.
struct LogFrameTests {
  private static let jobs = 20
  /// Pages of all jobs together above those that were counted, 13 and 15 a job: fewer than one a
  /// job.
  private static let slack = 5

  /// Pages in the log since the checkpoint before, which this follows by another one.
  private func frames(in path: String) throws -> Int64 {
    var database = try SQLDatabase.open(path + "/jobs.db", .writing)
    let frames = try database.query("PRAGMA wal_checkpoint(PASSIVE)") {
      (row: borrowing SQLRow) throws(SQLFailure) in row.integer(1)
    }
    return try #require(frames.first)
  }

  /// Pages that some jobs write, from their addition to their end.
  private func cost(_ store: SQLiteStore, _ path: String, from first: Int) async throws -> Int64 {
    _ = try frames(in: path)
    for number in first..<(first + Self.jobs) {
      let job = try SampleJobs.job(["\(number)"])
      _ = try await store.add(job, key: nil)
      _ = try await store.end(SampleJobs.ended(job, after: Double(number)))
      #expect(try await store.purgeBatch(at: SampleJobs.time) == [])
    }
    return try frames(in: path)
  }

  @Test func `a job writes 13 pages, and 15 where another one makes room for it`()
    async throws
  {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var retention = RetentionPolicy()
    retention.countMax = Self.jobs
    let store = try directory.open(retention)
    _ = try await store.purgeBatch(at: SampleJobs.time)
    let filling = try await cost(store, directory.path, from: 0)
    #expect((1...Int64(13 * Self.jobs + Self.slack)).contains(filling), "\(filling)")
    let replacing = try await cost(store, directory.path, from: Self.jobs)
    #expect((1...Int64(15 * Self.jobs + Self.slack)).contains(replacing), "\(replacing)")
  }
}
