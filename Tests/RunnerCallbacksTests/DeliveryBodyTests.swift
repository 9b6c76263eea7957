import Glibc
import RunnerCore
import Synchronization
import Testing

@testable import RunnerCallbacks

/// The body as libcurl reads it: any size at a time, and again from any place.
struct DeliveryBodyTests {
  /// One with memory, one with files only, and one with neither; of each test its own, as tests run
  /// side by side.
  private let spools = [
    CallbackSpool(),
    CallbackSpool(memoryBytesMax: 0) { unnamedFile() },
    CallbackSpool(memoryBytesTotalMax: 0),
  ]

  /// O_TMPFILE of open(2), which Glibc shows with _GNU_SOURCE only.
  private static func unnamedFile() -> CInt {
    unsafe open("/tmp", 0o20_000_000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0o600)
  }

  private func rest(of body: DeliveryBody, at most: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
        count = unsafe body.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      guard !piece.isEmpty else { return bytes }
      bytes += piece
    }
  }

  @Test(arguments: [1, 7, 4096, 1 << 20])
  func `any size of reads gives the same bytes`(size: Int) async throws {
    let text = String(repeating: "é\n", count: 5000)
    let job = try await FinishedJobs.job("http://127.0.0.1:9/", stdout: Array(text.utf8))
    for spool in spools {
      let body = DeliveryBody(try CallbackContent(JobDocument(job), in: spool))
      #expect(rest(of: body, at: size) == JobDocument(job).bytes())
      #expect(body.isAtEnd)
    }
  }

  @Test func `the body can be read again from any place`() async throws {
    let job = try await FinishedJobs.job("http://127.0.0.1:9/")
    let expected = JobDocument(job).bytes()
    for spool in spools {
      let body = DeliveryBody(try CallbackContent(JobDocument(job), in: spool))
      #expect(body.byteCount == expected.count)
      for offset in 0...expected.count {
        #expect(body.seek(to: offset))
        #expect(rest(of: body, at: 16) == Array(expected[offset...]))
      }
      #expect(!body.seek(to: -1))
      #expect(!body.seek(to: expected.count + 1))
    }
  }

  @Test func `a body is where there is room for it, and gives back what it took`() async throws {
    let text = String(repeating: "é\n", count: 50_000)
    let job = try await FinishedJobs.job("http://127.0.0.1:9/", stdout: Array(text.utf8))
    let places = try spools.map { spool in
      let content = try CallbackContent(JobDocument(job), in: spool)
      #expect(spool.memoryBytes >= (content.place == "memory" ? content.byteCount : 0))
      return content.place
    }
    #expect(places == ["memory", "file", "document"])
    #expect(spools.map { $0.memoryBytes } == [0, 0, 0])
  }

  @Test func `a disk that takes no more costs a second encoding and no body`() async throws {
    let text = String(repeating: "x", count: 50_000)
    let job = try await FinishedJobs.job("http://127.0.0.1:9/", stdout: Array(text.utf8))
    let spool = CallbackSpool(memoryBytesMax: 20_000) { unsafe open("/dev/full", O_RDWR) }
    let content = try CallbackContent(JobDocument(job), in: spool)
    #expect(content.place == "document")
    #expect(rest(of: DeliveryBody(content), at: 4096) == JobDocument(job).bytes())
    #expect(spool.memoryBytes == 0)
  }

  @Test func `a file that lost its bytes is no end of the body`() async throws {
    let text = String(repeating: "x", count: 50_000)
    let job = try await FinishedJobs.job("http://127.0.0.1:9/", stdout: Array(text.utf8))
    let opened = Mutex<CInt>(-1)
    let spool = CallbackSpool(memoryBytesMax: 0) {
      let file = Self.unnamedFile()
      opened.withLock { $0 = file }
      return file
    }
    let body = DeliveryBody(try CallbackContent(JobDocument(job), in: spool))
    #expect(ftruncate(opened.withLock(\.self), 10) == 0)
    #expect(rest(of: body, at: 4096).count == 10)
    #expect(!body.isAtEnd)
  }
}

extension DeliveryBodyTests {
  // Proves P-680.
  @Test func `output that cannot be read makes no body`() async throws {
    let bytes = [UInt8](repeating: 0x78, count: 5000)
    let job = try await FinishedJobs.job("http://127.0.0.1:9/", stdout: bytes, files: CutFiles())
    for spool in [CallbackSpool(), CallbackSpool(memoryBytesTotalMax: 0)] {
      #expect(throws: CallbackContent.ReadFailure.self) {
        _ = try CallbackContent(JobDocument(job), in: spool)
      }
      #expect(spool.memoryBytes == 0)
    }
  }

  /// Files that give nothing of what they took.
  private struct CutFiles: OutputStorage, OutputFile {
    let memoryBytesMax = 1000
    func create(_ id: JobID, _ stream: OutputStreamName) -> any OutputFile { self }
    func append(_ bytes: [UInt8], then done: @escaping @Sendable (Int) -> Void) {
      done(bytes.count)
    }
    func read(at offset: UInt64, count: Int, then done: @escaping @Sendable ([UInt8]) -> Void) {
      done([])
    }
    func read(at offset: UInt64, count: Int) -> [UInt8] { [] }
    func sync(then done: @escaping @Sendable (Bool) -> Void) { done(true) }
  }
}

extension CallbackContent {
  fileprivate var place: String {
    switch storage {
    case .memory: "memory"
    case .file: "file"
    case .document: "document"
    }
  }
}
