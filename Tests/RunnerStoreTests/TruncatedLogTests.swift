import Glibc
import RunnerCore
import Synchronization
import Testing

@testable import RunnerStore

/// Power that goes: what the disk has of the write-ahead log ends anywhere.
@Suite(.timeLimit(.minutes(30)))
struct TruncatedLogTests {
  /// A job at one of the moments that were durable: its id and its state.
  private typealias Kept = [JobID: JobState]

  private struct Life {
    var database: [UInt8] = []
    var log: [UInt8] = []
    /// What was there after each answer; the first is a new store's.
    var moments: [Kept] = [[:]]
  }

  /// Jobs come, wait, run, are put back, end and are deleted; the last words of the log are those
  /// of the last answer.
  private func life() async throws -> Life {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var life = Life()
    do {
      // Small pages: as many frames in fewer bytes.
      let database = try SQLDatabase.open(directory.path + "/jobs.db", .writing)
      try database.execute("PRAGMA page_size = 512; CREATE TABLE x (y); DROP TABLE x;")
    }
    // The schema is in the file, and the log begins with the first job.
    withExtendedLifetime(try directory.open()) {}
    let store = try directory.open()
    var kept: Kept = [:]
    func note(_ id: JobID, _ state: JobState?) {
      kept[id] = state
      life.moments.append(kept)
    }
    let jobs = try (0..<4).map {
      try SampleJobs.job(["\($0)", String(repeating: "x", count: 900)])
    }
    for (number, job) in jobs.enumerated() {
      _ = try await store.add(job, key: "\(number)")
      note(job.id, .queued)
    }
    for job in jobs.prefix(3) {
      _ = try await store.claim(job.id, at: SampleJobs.time)
      note(job.id, .running)
    }
    try await store.requeue(jobs[1].id, epoch: 1)
    note(jobs[1].id, .queued)
    let ended = try SampleJobs.ended(SampleJobs.started(jobs[0]), .exited(code: 7))
    _ = try await store.end(ended)
    note(jobs[0].id, .finished(.exited(code: 7)))
    try await store.setPaused(true)
    life.moments.append(kept)
    _ = try await store.delete(jobs[0].id)
    note(jobs[0].id, nil)
    life.database = try Self.bytes(of: directory.path + "/jobs.db")
    life.log = try Self.bytes(of: directory.path + "/jobs.db-wal")
    withExtendedLifetime(store) {}
    return life
  }

  // Proves P-043, P-051.
  /// Each cut gives what one of the answers left, never something in between and never less than
  /// a shorter log gave; the whole log gives the last.
  @Test func `a log that is cut at any byte gives what was kept up to some answer`() async throws {
    let life = try await life()
    #expect(life.log.count > 20_000)
    let folder = "/dev/shm/http-runner-cut-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    try StateFolder.prepare(folder, owner: getuid(), group: getgid())
    defer { TemporaryStateDirectory.remove(folder) }
    let path = folder + "/jobs.db"
    var reached = 0
    var read = Read()
    for cut in 0...life.log.count {
      Self.write(life.database[...], to: path)
      Self.write(life.log[..<cut], to: path + "-wal")
      unsafe unlink(path + "-shm")
      let isChanged = try read.update(from: path)
      // The same rows are the same jobs, at the same moment.
      guard isChanged else { continue }
      let kept = read.kept
      let moment = life.moments[reached...].firstIndex(of: kept)
      #expect(moment != nil, "cut at \(cut): \(kept.count) jobs")
      guard let moment else { return }
      reached = moment
    }
    #expect(reached == life.moments.count - 1)
  }

  /// What was read last: every column of every row as SQL writes it, and the jobs of those rows.
  private struct Read {
    private static let columns = "\(JobRow.columns), \(JobRow.endingColumns)"
    private static let texts = columns.split { $0 == "," || $0.isWhitespace }
      .map { "quote(\($0))" }.joined(separator: "||','||")

    private var rows: [String]?
    private(set) var kept: Kept = [:]

    /// Each cut is opened and read whole; only rows that differ from those before are decoded,
    /// which takes most of the time and depends on nothing else.
    ///
    /// - Returns: whether the rows differ from those before.
    mutating func update(from path: String) throws -> Bool {
      var database = try SQLDatabase.open(path, .writing)
      let rows = try database.query("SELECT \(Self.texts) FROM \(JobRow.tables)") {
        (row: borrowing SQLRow) throws(SQLFailure) in row.text(0)
      }
      guard rows != self.rows else { return false }
      self.rows = rows
      let jobs = try database.query("SELECT \(Self.columns) FROM \(JobRow.tables)") {
        (row: borrowing SQLRow) throws(SQLFailure) in JobRow.job(row)
      }
      #expect(jobs.count == rows.count && jobs.allSatisfy { $0 != nil })
      kept = Dictionary(
        jobs.compactMap { $0 }.map { ($0.id, $0.state) }, uniquingKeysWith: { first, _ in first })
      return true
    }
  }

  static func bytes(of path: String) throws -> [UInt8] {
    let file = unsafe open(path, O_RDONLY)
    #expect(file >= 0, "\(path)")
    let stored = StoredFile(adopting: file, on: DiskThreads())
    return stored.read(at: 0, count: try #require(stored.byteCount))
  }

  /// In place, as a disk would.
  static func overwrite(_ path: String, with bytes: [UInt8]) {
    write(bytes[...], to: unsafe open(path, O_WRONLY))
  }

  static func write(_ bytes: ArraySlice<UInt8>, to path: String) {
    write(bytes, to: unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600))
  }

  private static func write(_ bytes: ArraySlice<UInt8>, to file: Int32) {
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { buffer in
        unsafe Glibc.write(file, buffer.baseAddress, buffer.count)
      }
      guard count > 0 else { break }
      rest = rest.dropFirst(count)
    }
    close(file)
    #expect(rest.isEmpty)
  }
}
