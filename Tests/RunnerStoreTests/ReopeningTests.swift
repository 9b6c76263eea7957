import CSQLite
import Glibc
import RunnerCore
import Testing

@testable import RunnerStore

/// Connections that kept a lock which they could not give back.
struct ReopeningTests {
  private static let stuck = SQLFailure(code: SQLITE_PROTOCOL, errno: 0, message: "stuck")

  @Test func `connections that are stuck are opened anew, and all goes on`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try SampleJobs.job(["before"])
    _ = try await store.add(job, key: nil)
    await #expect(throws: StoreFailure.unusable("stuck")) {
      try await store.writer.perform { (_) throws(SQLFailure) in throw Self.stuck }
    }
    _ = try await store.add(try SampleJobs.job(["after"]), key: nil)
    #expect(directory.log.lines.contains { $0.contains("opened anew") })
    let jobs = try await store.page(JobQuery())
    #expect(jobs.map { $0.request.arguments } == [["after"], ["before"]])
  }

  @Test func `what cannot be opened is tried again, and is not taken for empty`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try SampleJobs.job(["kept"])
    _ = try await store.add(job, key: nil)
    let path = directory.path + "/jobs.db"
    #expect(unsafe rename(path, path + ".away") == 0 && mkdir(path, 0o700) == 0)
    await #expect(throws: StoreFailure.self) {
      try await store.writer.perform { (_) throws(SQLFailure) in throw Self.stuck }
    }
    await #expect(throws: StoreFailure.self) { try await store.job(job.id) }
    #expect(unsafe rmdir(path) == 0 && rename(path + ".away", path) == 0)
    // The first one after that still finds nothing, and mends it.
    await #expect(throws: StoreFailure.self) {
      try await store.add(try SampleJobs.job(["lost"]), key: nil)
    }
    #expect(try await store.job(job.id)?.request == job.request)
    #expect(try await store.add(try SampleJobs.job(["after"]), key: nil) == .added)
  }

  @Test func `a lock that somebody else holds for long opens nothing anew`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let busy = SQLFailure(code: SQLITE_BUSY, errno: 0, message: "busy")
    await #expect(throws: StoreFailure.unusable("busy")) {
      try await store.writer.perform { (_) throws(SQLFailure) in throw busy }
    }
    _ = try await store.add(try SampleJobs.job(), key: nil)
    #expect(directory.log.lines == [])
  }
}
