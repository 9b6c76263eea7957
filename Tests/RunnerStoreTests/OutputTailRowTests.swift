import RunnerCore
import Testing

@testable import RunnerStore

/// Where the gap of a stream is, and what a callback is to send, after a restart.
struct OutputTailRowTests {
  // Proves P-191.
  @Test func `the gap of a stream is where it was, in memory and in a file`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var ids: [JobID] = []
    do {
      let store = try directory.open()
      let job = try SampleJobs.started(try SampleJobs.job())
      _ = try await store.add(job, key: nil)
      let file = store.outputStorage.create(job.id, .stderr)
      await withCheckedContinuation { done in
        file.append(Array("startend".utf8)) { _ in done.resume() }
      }
      _ = try await store.end(
        SampleJobs.ended(
          job, stdout: CapturedBytes(bytes: Array("abYZ".utf8), totalBytes: 26, tailBytes: 2),
          stderr: CapturedBytes(file: file, keptBytes: 8, totalBytes: 100, tailBytes: 3)))
      ids.append(job.id)
    }
    let store = try directory.open()
    let job = try #require(try await store.job(ids[0]))
    let (stdout, stderr) = (job.output.stdout, job.output.stderr)
    #expect(
      stdout.joined == Array("abYZ".utf8) && stdout.headBytes == 2 && stdout.droppedBytes == 22)
    #expect(stderr.joined == Array("startend".utf8) && stderr.headBytes == 5 && stderr.isInFile)
    #expect(stderr.droppedBytes == 92)
  }

  @Test func `a callback goes without output after a restart too`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let request = try JobRequest(command: "/bin/a", arguments: [], callback: "http://h/")
    let jobs = [true, false].map { isSlim in
      Job(
        request: request.callingBackSlim(isSlim), client: Principal(name: "c"),
        createdAt: SampleJobs.time)
    }
    do {
      let store = try directory.open()
      for job in jobs { _ = try await store.add(job, key: nil) }
    }
    let store = try directory.open()
    #expect(try await store.unfinishedJobs().map(\.request.isCallbackSlim) == [true, false])
    #expect(try await store.job(jobs[0].id)?.request == jobs[0].request)
  }
}
