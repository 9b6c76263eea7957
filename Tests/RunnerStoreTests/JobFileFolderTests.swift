import Glibc
import RunnerCore
import Testing

@testable import RunnerStore

/// The folder of the files that go with jobs.
@Suite(.timeLimit(.minutes(30)))
struct JobFileFolderTests {
  private struct Silence: Logger {
    func log(_ event: LogEvent) {}
  }

  private static func name(_ text: String) throws -> FileName { try FileName(Array(text.utf8)) }

  private static func piece(
    _ text: String, at offset: Int = 0, _ count: Int? = nil, isLast: Bool = true
  ) throws -> UploadPiece {
    UploadPiece(name: try name(text), offset: offset, byteCount: count, isLast: isLast)
  }

  /// A folder for one test.
  private static func run(
    _ body: (JobFileFolder, String) async throws -> Void
  ) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let path = directory.path + "/files"
    try #require(unsafe mkdir(path, 0o700) == 0)
    let number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    try #require(number >= 0)
    try await body(JobFileFolder(adopting: number, log: Silence()), path)
  }

  private static func send(
    _ folder: JobFileFolder, _ id: JobID, _ piece: UploadPiece, _ text: String,
    bytesMax: Int = 100
  ) async throws(FileRefusal) -> UploadedFile {
    let upload = try await folder.beginUpload(piece, for: id, bytesMax: bytesMax)
    try await upload.append(Array(text.utf8))
    return try await upload.finish()
  }

  private static func exists(_ path: String) -> Bool {
    unsafe access(path, F_OK) == 0
  }

  @Test func `pieces make a file, and one that does not fit is told where to go on`() async throws {
    try await Self.run { folder, path in
      let id = JobID.random()
      let first = try await Self.send(
        folder, id, Self.piece("a", at: 0, 4, isLast: false), "abcd")
      #expect(first.byteCount == 4 && !first.isWhole)
      await #expect(throws: FileRefusal.wrongOffset(4)) {
        try await Self.send(folder, id, Self.piece("a", at: 3, 4), "efgh")
      }
      await #expect(throws: FileRefusal.unfinished(try Self.name("a"), 4)) {
        try await folder.seal(id)
      }
      let last = try await Self.send(folder, id, Self.piece("a", at: 4, 4), "efgh")
      #expect(last.byteCount == 8 && last.isWhole)
      #expect(
        ["work", "part", "size"].map { Self.exists("\(path)/\(id)/\($0)/a") }
          == [true, false, false])
      #expect(await folder.uploads(for: id) == [last])
      var new = try Self.piece("a")
      new.replacesNothing = true
      await #expect(throws: FileRefusal.existing) { try await Self.send(folder, id, new, "x") }
      try await folder.seal(id)
      await #expect(throws: FileRefusal.sealed) {
        try await Self.send(folder, id, Self.piece("b"), "x")
      }
      folder.unseal(id)
      _ = try await Self.send(folder, id, Self.piece("b"), "x")
    }
  }

  // Proves P-423.
  @Test func `a piece that is cut, too long, or has another length or digest leaves nothing`()
    async throws
  {
    try await Self.run { folder, path in
      let id = JobID.random()
      let cut = try await folder.beginUpload(
        Self.piece("cut"), for: id, bytesMax: 100)
      try await cut.append([UInt8](repeating: 1, count: 50))
      await cut.abort()
      await #expect(throws: FileRefusal.tooLong(4)) {
        try await Self.send(folder, id, Self.piece("long"), "abcde", bytesMax: 4)
      }
      await #expect(throws: FileRefusal.tooLong(4)) {
        try await Self.send(folder, id, Self.piece("long", at: 0, 5), "abcde", bytesMax: 4)
      }
      await #expect(throws: FileRefusal.wrongLength) {
        try await Self.send(folder, id, Self.piece("short", at: 0, 9), "abc")
      }
      var wrong = try Self.piece("wrong")
      wrong.contentDigests = [try #require(FileDigest(.sha256, [UInt8](repeating: 0, count: 32)))]
      await #expect(throws: FileRefusal.wrongDigest) {
        try await Self.send(folder, id, wrong, "abc")
      }
      #expect(await folder.uploads(for: id) == [])
      for name in ["cut", "long", "short", "wrong"] {
        for step in ["part", "work"] { #expect(!Self.exists(path + "/\(id)/\(step)/\(name)")) }
      }
      await folder.discardUploads(for: id)
      #expect(!Self.exists(path + "/\(id)"))
    }
  }

  // Proves P-423.
  @Test func `what a process left within a piece is not taken for one`() async throws {
    try await Self.run { folder, path in
      let id = JobID.random()
      _ = try await Self.send(folder, id, Self.piece("a", at: 0, 4, isLast: false), "abcd")
      let begun = try await folder.beginUpload(
        Self.piece("b", isLast: false), for: id, bytesMax: 100)
      // As after a kill: the bytes of the next piece, and of a first one.
      for name in ["a", "b"] {
        let file = unsafe open("\(path)/\(id)/part/\(name)", O_WRONLY | O_APPEND | O_CLOEXEC)
        try #require(file >= 0)
        #expect(unsafe write(file, "zeros", 5) == 5)
        close(file)
      }
      let number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      try #require(number >= 0)
      let next = JobFileFolder(adopting: number, log: Silence())
      #expect(await next.uploads(for: id).map(\.byteCount) == [4])
      await #expect(throws: FileRefusal.wrongOffset(4)) {
        try await Self.send(next, id, Self.piece("a", at: 9, 1), "x")
      }
      let whole = try await Self.send(next, id, Self.piece("a", at: 4, 1), "e")
      #expect(whole.byteCount == 5 && whole.isWhole)
      let step = "work"
      var status = stat()
      #expect(unsafe stat("\(path)/\(id)/\(step)/a", &status) == 0 && status.st_size == 5)
      _ = begun
    }
  }

  // Twin of P-423.
  @Test func `a piece that is cut takes nothing of those before it`() async throws {
    try await Self.run { folder, path in
      let id = JobID.random()
      _ = try await Self.send(folder, id, Self.piece("a", at: 0, 4, isLast: false), "abcd")
      let cut = try await folder.beginUpload(
        Self.piece("a", at: 4, 300_000, isLast: false), for: id, bytesMax: 1 << 20)
      try await cut.append([UInt8](repeating: 1, count: 290_000))
      await #expect(throws: FileRefusal.busy) {
        try await Self.send(folder, id, Self.piece("a", at: 4, 1), "x")
      }
      await cut.abort()
      let number = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      try #require(number >= 0)
      let next = JobFileFolder(adopting: number, log: Silence())
      for folder in [folder, next] {
        #expect(await folder.uploads(for: id).map(\.byteCount) == [4])
      }
      var last = try Self.piece("a", at: 4, 1)
      // SHA-256 of "abcde".
      let digest: [UInt8] = [
        0x36, 0xbb, 0xe5, 0x0e, 0xd9, 0x68, 0x41, 0xd1, 0x04, 0x43, 0xbc, 0xb6, 0x70, 0xd6, 0x55,
        0x4f, 0x0a, 0x34, 0xb7, 0x61, 0xbe, 0x67, 0xec, 0x9c, 0x4a, 0x8a, 0xd2, 0xc0, 0xc4, 0x4c,
        0xa4, 0x2c,
      ]
      last.fileDigests = [try #require(FileDigest(.sha256, digest))]
      #expect(try await Self.send(next, id, last, "e").isWhole)
    }
  }

  @Test func `a piece for a job whose files were removed is refused as for one that has ended`()
    async throws
  {
    try await Self.run { folder, path in
      let id = JobID.random()
      let upload = try await folder.beginUpload(Self.piece("a"), for: id, bytesMax: 10)
      try await upload.append([1])
      await folder.discardUploads(for: id)
      await #expect(throws: FileRefusal.sealed) { try await upload.append([2]) }
      let last = try await folder.beginUpload(Self.piece("b"), for: id, bytesMax: 10)
      try await last.append([1])
      await folder.discardUploads(for: id)
      await #expect(throws: FileRefusal.sealed) { try await last.finish() }
      let part = try await folder.beginUpload(
        Self.piece("c", at: 0, 1, isLast: false), for: id, bytesMax: 10)
      try await part.append([1])
      await folder.discardUploads(for: id)
      await #expect(throws: FileRefusal.sealed) { try await part.finish() }
      #expect(!Self.exists(path + "/\(id)"))
      #expect(await folder.uploads(for: id) == [])
    }
  }

  @Test func `a list of files is read from the disk each time, and holds no job`() async throws {
    try await Self.run { folder, path in
      let id = JobID.random()
      #expect(await folder.uploads(for: id) == [])
      let other = JobFileFolder(
        adopting: unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), log: Silence())
      let sent = try await Self.send(other, id, Self.piece("a"), "abc")
      #expect(await folder.uploads(for: id) == [sent])
    }
  }

  @Test func `files that are sent at once are bounded together`() async throws {
    try await Self.run { folder, _ in
      let id = JobID.random()
      let one = try await folder.beginUpload(Self.piece("a"), for: id, bytesMax: 10)
      let two = try await folder.beginUpload(Self.piece("b"), for: id, bytesMax: 10)
      try await one.append([UInt8](repeating: 1, count: 6))
      await #expect(throws: FileRefusal.tooLong(10)) {
        try await two.append([UInt8](repeating: 1, count: 6))
      }
      #expect(try await one.finish().byteCount == 6)
      // A file that takes the place of another counts once.
      _ = try await Self.send(folder, id, Self.piece("a"), "0123456789", bytesMax: 10)
    }
  }

  private static func make(_ path: String, _ bytes: [UInt8] = []) throws {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    try #require(file >= 0)
    defer { close(file) }
    let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    try #require(count == bytes.count)
  }

  private static let rules = FileRules(
    inBytesMax: 0, patterns: [FilePattern("*.out")!], keptBytesMax: 100)

  // Proves P-424.
  @Test func `of what a job left, links, pipes, other names and what is too long are not kept`()
    async throws
  {
    try await Self.run { folder, path in
      let id = JobID.random()
      close(try await folder.openFolder(of: id))
      let made = path + "/\(id)/made"
      try Self.make(made + "/good.out", [1])
      try Self.make(made + "/other.txt", [1])
      try Self.make(made + "/hard.out", [1])
      #expect(unsafe link(made + "/hard.out", made + "/hard2.out") == 0)
      #expect(unsafe symlink("/etc/passwd", made + "/link.out") == 0)
      #expect(unsafe mkfifo(made + "/pipe.out", 0o600) == 0)
      try Self.make(made + "/sparse.out")
      #expect(unsafe truncate(made + "/sparse.out", 1 << 40) == 0)
      let held = made + "/held.out"
      try Self.make(held, [1])
      let writer = unsafe open(held, O_WRONLY | O_CLOEXEC)
      try #require(writer >= 0)
      defer { close(writer) }
      #expect(await folder.collect(id, by: Self.rules).map(\.name.text) == ["good.out"])
      await folder.discardUploads(for: id)
      for name in ["other.txt", "hard.out", "hard2.out", "sparse.out", "held.out"] {
        #expect(!Self.exists("\(made)/\(name)"), "\(name)")
      }
      await folder.perform { folder.remove(id) }
      #expect(!Self.exists(path + "/\(id)"))
    }
  }

  // Twin of P-424.
  @Test func `plain files that match are kept within the bound, and read`() async throws {
    try await Self.run { folder, path in
      let id = JobID.random()
      close(try await folder.openFolder(of: id))
      let made = path + "/\(id)/made"
      try Self.make(made + "/a.out", Array("abcde".utf8))
      try Self.make(made + "/b.out", [UInt8](repeating: 1, count: 96))
      let kept = await folder.collect(id, by: Self.rules)
      #expect(kept.map(\.name.text) == ["a.out"] && kept.map(\.byteCount) == [5])
      #expect(kept.first?.digestText.hasPrefix("36bbe50ed96841d1") == true)
      await folder.discardUploads(for: id)
      let file = try #require(await folder.open(kept[0], of: id))
      let bytes = await withCheckedContinuation { continuation in
        file.read(at: 1, count: 9) { continuation.resume(returning: $0) }
      }
      #expect(bytes == Array("bcde".utf8))
      #expect(await folder.jobs() == [id])
      await folder.perform { folder.remove(id) }
      #expect(!Self.exists(path + "/\(id)"))
    }
  }
}
