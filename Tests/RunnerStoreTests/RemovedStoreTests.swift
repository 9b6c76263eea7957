import Glibc
import RunnerCore
import Testing

@testable import RunnerStore

/// A state folder that is removed, or whose files are replaced, while the service runs.
struct RemovedStoreTests {
  enum Way: CaseIterable, Sendable { case folderRemoved, folderMoved, fileReplaced }

  // Proves P-176.
  @Test(arguments: Way.allCases)
  func `nothing is accepted into a store that is not at its place, and that is said once`(
    _ way: Way
  ) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    #expect(try await store.add(try SampleJobs.job(["before"]), key: nil) == .added)
    switch way {
    case .folderRemoved: directory.remove()
    case .folderMoved: #expect(unsafe rename(directory.path, directory.path + ".away") == 0)
    case .fileReplaced:
      let path = directory.path + "/jobs.db"
      #expect(unsafe rename(path, path + ".old") == 0)
      close(unsafe open(path, O_CREAT | O_RDWR, 0o600))
    }
    defer { _ = unsafe rename(directory.path + ".away", directory.path) }
    for _ in 1...2 {
      await #expect(throws: StoreFailure.self) {
        try await store.add(try SampleJobs.job(["lost"]), key: nil)
      }
    }
    let lines = directory.log.lines.filter { $0.contains("is not at its place any more") }
    #expect(lines.count == 1, "\(directory.log.lines)")
  }

  // Twin of P-176.
  @Test func `a folder that is put back is used again`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    #expect(unsafe rename(directory.path, directory.path + ".away") == 0)
    await #expect(throws: StoreFailure.self) {
      try await store.add(try SampleJobs.job(["lost"]), key: nil)
    }
    #expect(unsafe rename(directory.path + ".away", directory.path) == 0)
    #expect(try await store.add(try SampleJobs.job(["after"]), key: nil) == .added)
    let jobs = try await store.page(JobQuery())
    #expect(jobs.map { $0.request.arguments } == [["after"]])
  }
}
