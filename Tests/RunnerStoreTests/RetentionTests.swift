import Glibc
import RunnerCore
import Testing

@testable import RunnerStore

/// What ended is forgotten by count, age and bytes; what lives never is.
@Suite(.timeLimit(.minutes(30)))
struct RetentionTests {
  /// Adds jobs that ended one second after another, each with `size` bytes of output.
  private func fill(_ store: SQLiteStore, _ count: Int, size: Int = 10) async throws -> [JobID] {
    var ids: [JobID] = []
    for number in 0..<count {
      let job = try SampleJobs.job(["\(number)"])
      _ = try await store.add(job, key: nil)
      let text = String(repeating: "x", count: size)
      _ = try await store.end(
        SampleJobs.ended(job, after: Double(number), stdout: SampleJobs.bytes(text)))
      ids.append(job.id)
    }
    return ids
  }

  private func forgetAll(_ store: SQLiteStore, at time: Timestamp = SampleJobs.time) async throws
    -> [JobID]
  {
    var gone: [JobID] = []
    while true {
      let some = try await store.purgeBatch(at: time)
      #expect(some.count <= SQLiteStore.purgeBatchMax)
      guard !some.isEmpty else { return gone }
      gone += some
    }
  }

  @Test func `by count the ones that ended first go first`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var retention = RetentionPolicy()
    retention.countMax = 30
    let live = try SampleJobs.job(["live"])
    let store = try directory.open(retention)
    _ = try await store.add(live, key: nil)
    let ids = try await fill(store, 100)
    #expect(try await forgetAll(store) == [], "each that came pushed one out")
    #expect(try await store.job(ids[69]) == nil)
    #expect(try await store.job(ids[70])?.hasEnded == true)
    #expect(try await store.job(live.id)?.state == .queued)
  }

  @Test func `a lowered bound is reached in small steps`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var ids: [JobID] = []
    do {
      let store = try directory.open()
      ids = try await fill(store, 100)
    }
    var retention = RetentionPolicy()
    retention.countMax = 30
    let store = try directory.open(retention)
    #expect(try await forgetAll(store) == Array(ids[..<70]))
  }

  @Test func `by age`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var retention = RetentionPolicy.many
    retention.secondsMax = 10
    let store = try directory.open(retention)
    let ids = try await fill(store, 20)
    #expect(try await forgetAll(store, at: SampleJobs.time.adding(seconds: 15)) == Array(ids[..<5]))
  }

  @Test func `by bytes, also when they are in files`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var retention = RetentionPolicy.many
    retention.bytesMax = 1000
    let store = try directory.open(retention)
    let ids = try await fill(store, 20, size: 100)
    #expect(try await forgetAll(store) == Array(ids[..<10]))
  }

  @Test func `a job that another one makes room for takes an empty file and its times along`()
    async throws
  {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var retention = RetentionPolicy()
    retention.countMax = 1
    let store = try directory.open(retention)
    var job = try SampleJobs.job()
    _ = try await store.add(job, key: nil)
    let folder = directory.path + "/files/\(job.id)"
    try #require(unsafe mkdir(folder, 0o700) == 0 && mkdir(folder + "/out", 0o700) == 0)
    close(unsafe creat(folder + "/out/a", 0o600))
    let name = try FileName(Array("a".utf8))
    job.accounting.files = [
      JobFile(name: name, byteCount: 0, digest: [UInt8](repeating: 0, count: 32))
    ]
    await store.outputStorage.keep(stdout: OutputTimes(), stderr: OutputTimes(), of: job.id)
    #expect(store.output.jobs(inPart: job.id.bytes[0]) == [job.id])
    _ = try await store.end(SampleJobs.ended(job, after: 0, stdout: SampleJobs.bytes("in memory")))
    #expect(unsafe access(folder + "/out/a", F_OK) == 0)
    _ = try await fill(store, 2)
    #expect(unsafe access(folder, F_OK) != 0)
    #expect(store.output.jobs(inPart: job.id.bytes[0]).isEmpty)
  }

  @Test func `a deleted job is gone with its file, and a live one is not deleted`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try SampleJobs.job()
    _ = try await store.add(job, key: nil)
    #expect(try await store.delete(job.id) == false)
    let file = store.outputStorage.create(job.id, .stdout)
    #expect(await file.append(Array("in a file".utf8)) == 9)
    _ = try await store.end(
      SampleJobs.ended(job, stdout: CapturedBytes(file: file, keptBytes: 9, totalBytes: 12)))
    let kept = try #require(await store.job(job.id)).output.stdout
    #expect(kept.joined == Array("in a file".utf8) && kept.droppedBytes == 3 && kept.isInFile)
    #expect(try await store.delete(job.id))
    #expect(try await store.job(job.id) == nil)
    #expect(try await store.delete(job.id) == false)
    #expect(store.output.jobs(inPart: job.id.bytes[0]).isEmpty)
  }

  @Test func `files without a job are swept, and those of jobs are not`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try SampleJobs.job()
    _ = try await store.add(job, key: nil)
    let orphan = JobID.random()
    for id in [job.id, orphan] {
      #expect(await store.outputStorage.create(id, .stderr).append([1]) == 1)
    }
    await store.removeOrphanedOutput()
    #expect(store.output.open(orphan, .stderr) == nil)
    #expect(store.output.open(job.id, .stderr)?.byteCount == 1)
    #expect(directory.log.lines.count == 1)
  }
}
