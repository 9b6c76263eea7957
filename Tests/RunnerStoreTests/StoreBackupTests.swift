import Glibc
import RunnerCore
import Synchronization
import TestSupport
import Testing

@testable import RunnerStore

/// Copies of a store that is in use.
@Suite(.timeLimit(.minutes(30)))
struct StoreBackupTests {
  /// A folder for a backup, beside the one of the store.
  private static func target(of directory: TemporaryStateDirectory) throws -> String {
    let path = directory.path + ".backup"
    _ = try StoreBackup.prepare(path, for: directory.path)
    return path
  }

  /// A job that has ended, with output of a file's length.
  private static func end(_ text: String, in store: SQLiteStore) async throws -> Job {
    let job = try SampleJobs.job([text])
    _ = try await store.add(job, key: nil)
    _ = try await store.claim(job.id, at: SampleJobs.time)
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: SQLiteStore.inlineBytesMax + 1)
    let file = store.outputStorage.create(job.id, .stdout)
    #expect(await file.append(bytes) == bytes.count)
    let output = CapturedBytes(
      file: file, keptBytes: bytes.count, totalBytes: UInt64(bytes.count))
    let ended = try SampleJobs.ended(SampleJobs.started(job), stdout: output)
    _ = try await store.end(ended)
    return ended
  }

  // Proves P-620.
  /// The copy is taken while the store is open and after it was written to, and is a store.
  @Test func `a backup of a store in use is a store of the same jobs and output`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let ended = try await Self.end("1", in: store)
    let waiting = try SampleJobs.job(["2"])
    _ = try await store.add(waiting, key: "k")
    let target = try Self.target(of: directory)
    defer { TemporaryStateDirectory.remove(target) }

    let contents = try StoreBackup.make(of: directory.path, in: target)
    #expect(contents.jobs == 2)
    #expect(contents.files == 1)

    let check = try StoreCheck(of: target)
    #expect(check.problems.isEmpty)
    #expect(check.missing == 0)
    #expect(check.contents == contents)
    // What came after it is not in it.
    let later = try SampleJobs.job(["3"])
    _ = try await store.add(later, key: nil)
    let restored = try SQLiteStore(
      in: StateFolder(opening: target), retention: .many, log: directory.log)
    #expect(try await restored.job(waiting.id)?.state == .queued)
    #expect(try await restored.job(later.id) == nil)
    let found = try #require(try await restored.job(ended.id))
    #expect(found.state == ended.state)
    #expect(found.output.stdout.keptBytes == SQLiteStore.inlineBytesMax + 1)
    withExtendedLifetime(store) {}
  }

  @Test func `output that was lost is told, and the backup made`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let kept = try await Self.end("1", in: store)
    let target = try Self.target(of: directory)
    defer { TemporaryStateDirectory.remove(target) }
    let rounds = Mutex(0)
    let contents = try StoreBackup.make(of: directory.path, in: target) {
      let round = rounds.withLock { rounds in
        rounds += 1
        return rounds
      }
      guard round == 1 else { return }
      unsafe unlink(Self.file(of: kept.id, in: directory.path))
      unsafe unlink(Self.file(of: kept.id, in: target))
    }
    // Absent twice in the same way: it was lost, and the backup says so.
    #expect(rounds.withLock { $0 } == 2)
    #expect(contents.files == 0)
    #expect(try StoreCheck(of: target).missing == 1)
    withExtendedLifetime(store) {}
  }

  // Proves P-620.
  /// A job that is deleted between its row and its file has all of it done again.
  @Test func `a job that is deleted meanwhile is not in the backup without its output`()
    async throws
  {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let job = try await Self.end("1", in: store)
    let target = try Self.target(of: directory)
    defer { TemporaryStateDirectory.remove(target) }
    let rounds = Mutex(0)
    let deletion = Mutex<SQLFailure?>(nil)
    let contents = try StoreBackup.make(of: directory.path, in: target) {
      let round = rounds.withLock { rounds in
        rounds += 1
        return rounds
      }
      guard round == 1 else { return }
      // It ended when the files had been copied, and was deleted when its row had been.
      unsafe unlink(Self.file(of: job.id, in: target))
      do throws(SQLFailure) {
        try SQLDatabase.open(directory.path + "/jobs.db", .writing).execute("DELETE FROM job")
      } catch {
        deletion.withLock { $0 = error }
      }
      unsafe unlink(Self.file(of: job.id, in: directory.path))
    }
    #expect(deletion.withLock { $0 } == nil)
    #expect(rounds.withLock { $0 } == 2)
    #expect(contents.jobs == 0 && contents.files == 0)
    let check = try StoreCheck(of: target)
    #expect(check.missing == 0 && check.contents.jobs == 0 && check.problems.isEmpty)
    withExtendedLifetime(store) {}
  }

  // Proves P-621.
  @Test func `no other user reads a backup, or enters its folder`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    _ = try await Self.end("1", in: store)
    let target = try Self.target(of: directory)
    defer { TemporaryStateDirectory.remove(target) }
    for mode in [0o755, 0o710, 0o707] as [mode_t] {
      try #require(unsafe chmod(target, mode) == 0)
      #expect(throws: StoreBackup.Failure.self) {
        try StoreBackup.make(of: directory.path, in: target)
      }
      #expect(TemporaryStateDirectory.names(in: target).isEmpty)
    }
    try #require(unsafe chmod(target, 0o700) == 0)
    if geteuid() == 0 {
      try #require(unsafe chown(target, 12_345, 12_345) == 0)
      #expect(throws: StoreBackup.Failure.self) {
        try StoreBackup.make(of: directory.path, in: target)
      }
      try #require(unsafe chown(target, 0, 0) == 0)
    }
    _ = try StoreBackup.make(of: directory.path, in: target)
    for name in ["/jobs.db", "/marks", "/out"] {
      var status = stat()
      try #require(unsafe lstat(target + name, &status) == 0)
      #expect(status.st_mode & 0o077 == 0, "\(name)")
    }
    withExtendedLifetime(store) {}
  }

  private static func file(of id: JobID, in folder: String) -> String {
    "\(folder)/out/\(OutputFolder.path(of: id, .stdout))"
  }

  @Test func `a folder with anything in it takes no backup, and keeps what it has`() throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    withExtendedLifetime(try directory.open()) {}
    let target = try Self.target(of: directory)
    defer { TemporaryStateDirectory.remove(target) }
    TruncatedLogTests.write([1], to: target + "/other")
    #expect(throws: StoreBackup.Failure.self) {
      try StoreBackup.make(of: directory.path, in: target)
    }
    #expect(TemporaryStateDirectory.names(in: target) == ["other"])
  }

  // Proves P-621.
  @Test func `a damaged store makes no backup`() throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    withExtendedLifetime(try directory.open()) {}
    TruncatedLogTests.write([3], to: directory.path + "/marks")
    let target = try Self.target(of: directory)
    defer { TemporaryStateDirectory.remove(target) }
    #expect(throws: StoreBackup.Failure.self) {
      try StoreBackup.make(of: directory.path, in: target)
    }
    #expect(!TemporaryStateDirectory.names(in: target).contains("jobs.db"))
  }

  @Test func `what is no state folder is told so`() throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let target = try Self.target(of: directory)
    defer { TemporaryStateDirectory.remove(target) }
    #expect(throws: StoreBackup.Failure.self) {
      try StoreBackup.make(of: directory.path, in: target)
    }
    #expect(throws: StoreBackup.Failure.self) { try StoreCheck(of: target) }
    #expect(throws: StoreBackup.Failure.self) { try StoreCheck(of: target + "/none") }
  }

  // Proves P-621.
  /// Links and what else is no file are not followed into the copy.
  @Test func `of the folders regular files alone are copied`() throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    withExtendedLifetime(try directory.open()) {}
    for folder in ["/out", "/out/00"] { unsafe mkdir(directory.path + folder, 0o700) }
    unsafe symlink("/etc/passwd", directory.path + "/out/00/link")
    unsafe mkfifo(directory.path + "/out/00/fifo", 0o600)
    TruncatedLogTests.write([1, 2], to: directory.path + "/out/00/file")
    let target = try Self.target(of: directory)
    defer { TemporaryStateDirectory.remove(target) }
    _ = try StoreBackup.make(of: directory.path, in: target)
    #expect(TemporaryStateDirectory.names(in: target + "/out/00") == ["file"])
  }

  /// Twin of the whole ones: a page that was scribbled on is found.
  @Test func `a check finds damage`() throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    withExtendedLifetime(try directory.open()) {}
    try TemporaryStateDirectory.moveLogIntoFile(directory.path + "/jobs.db")
    #expect(try StoreCheck(of: directory.path).problems.isEmpty)
    let path = directory.path + "/jobs.db"
    var bytes = try TruncatedLogTests.bytes(of: path)
    for index in stride(from: 4096, to: bytes.count, by: 4096) { bytes[index] ^= 0xff }
    TruncatedLogTests.overwrite(path, with: bytes)
    do throws(StoreBackup.Failure) {
      #expect(try !StoreCheck(of: directory.path).problems.isEmpty)
    } catch {
      #expect(error.description.contains("cannot be read"))
    }
  }
}
