import Testing

@testable import RunnerCore
@testable import RunnerHTTP

/// A document is made once for each revision of a job, and never served beyond it.
struct DocumentCacheTests {
  private func job(
    _ number: Int = 0, revision: UInt64, command: String = "/bin/a", output: String = "out",
    total: UInt64? = nil, isEvicted: Bool = false
  ) throws -> JobSnapshot {
    let bytes = isEvicted ? [] : Array(output.utf8)
    var job = JobSnapshot(
      id: try #require(JobID(bytes: [UInt8(number)] + [UInt8](repeating: 7, count: 19))),
      request: try JobRequest(command: command, arguments: []), client: .unidentified,
      state: .finished(.exited(code: 0)),
      stdout: CapturedBytes(
        bytes: bytes, totalBytes: total ?? UInt64(output.utf8.count), isEvicted: isEvicted),
      stderr: CapturedBytes())
    job.revision = revision
    return job
  }

  private func isKept(_ cache: DocumentCache, _ job: JobSnapshot) throws -> Bool {
    // What the same revision cannot be: shows whether the first text is served again.
    let request = try JobRequest(command: "/bin/other", arguments: [])
    var other = JobSnapshot(
      id: job.id, request: request, client: job.client, state: job.state,
      stdout: job.stdout, stderr: job.stderr)
    other.revision = job.revision
    let first = cache.document(of: job)
    #expect(first == JobDocument(job).bytes())
    return cache.document(of: other) == first
  }

  @Test func `the document of one revision is made once`() throws {
    #expect(try isKept(DocumentCache(), job(revision: 1)))
  }

  @Test func `another revision has a document of its own`() throws {
    let cache = DocumentCache()
    _ = cache.document(of: try job(revision: 1))
    let changed = try job(revision: 2, command: "/bin/b")
    #expect(cache.document(of: changed) == JobDocument(changed).bytes())
  }

  @Test func `output that was given up, or grew, is told`() throws {
    let cache = DocumentCache()
    _ = cache.document(of: try job(revision: 1))
    for changed in [
      try job(revision: 1, isEvicted: true), try job(revision: 1, total: 9),
    ] {
      #expect(cache.document(of: changed) == JobDocument(changed).bytes())
    }
  }

  @Test func `a job without a revision, and a long document, are not kept`() throws {
    #expect(try !isKept(DocumentCache(), job(revision: 0)))
    let long = String(repeating: "x", count: DocumentCache.documentBytesMax)
    #expect(try !isKept(DocumentCache(), job(revision: 1, output: long)))
  }

  @Test func `the oldest of too many makes room`() throws {
    let cache = DocumentCache()
    for number in 0...DocumentCache.documentsMax {
      _ = cache.document(of: try job(number, revision: UInt64(number + 1)))
    }
    #expect(try isKept(cache, job(1, revision: 2)))
    #expect(cache.count == DocumentCache.documentsMax)
  }
}
