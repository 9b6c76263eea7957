import Glibc
import RunnerCore
import Testing

@testable import RunnerStore

/// Power that goes, disks that fill, and files that are not what they should be.
@Suite(.timeLimit(.minutes(10)))
struct DamageTests {
  private static func bytes(of path: String) throws -> [UInt8] {
    let file = unsafe open(path, O_RDONLY)
    #expect(file >= 0, "\(path)")
    let stored = StoredFile(adopting: file)
    return stored.read(at: 0, count: try #require(stored.byteCount))
  }

  private static func write(_ bytes: ArraySlice<UInt8>, to path: String) {
    let stored = StoredFile(
      adopting: unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600))
    #expect(stored.append(bytes) == bytes.count)
  }

  /// The log is cut after every so many bytes, and on both sides of each frame's end: what was
  /// answered before the last whole transaction is there, and nothing is there by half.
  @Test func `a log that is cut anywhere gives a prefix of what was kept`() async throws {
    let shelf = try Shelf()
    defer { shelf.remove() }
    var ids: [JobID] = []
    let copies: (database: [UInt8], log: [UInt8])
    do {
      let store = try shelf.open()
      for number in 0..<6 {
        let job = try Samples.job(["\(number)"])
        _ = try await store.add(job, key: "\(number)")
        ids.append(job.id)
      }
      copies = (
        try Self.bytes(of: shelf.path + "/jobs.db"), try Self.bytes(of: shelf.path + "/jobs.db-wal")
      )
    }
    let frame = 4096 + 24
    var cuts = Array(stride(from: 0, to: copies.log.count, by: 509))
    for end in stride(from: 32, through: copies.log.count, by: frame) { cuts += [end - 1, end] }
    var most = 0
    for cut in cuts.sorted() {
      let power = try Shelf()
      defer { power.remove() }
      Self.write(copies.database[...], to: power.path + "/jobs.db")
      Self.write(copies.log[..<min(cut, copies.log.count)], to: power.path + "/jobs.db-wal")
      let found = try await power.open().leftovers().map(\.id)
      #expect(found == Array(ids[..<found.count]), "cut at \(cut)")
      #expect(found.count >= most, "cut at \(cut)")
      most = max(most, found.count)
      #expect(power.log.lines == [], "cut at \(cut)")
    }
    #expect(most == ids.count)
  }

  @Test func `a full disk refuses by name, loses nothing, and recovers by itself`() async throws {
    let shelf = try Shelf()
    defer { shelf.remove() }
    let store = try shelf.open()
    let first = try Samples.job()
    _ = try await store.add(first, key: nil)
    try await store.writer.perform { (database) throws(SQLFailure) in
      let pages = try database.number("PRAGMA page_count") ?? 0
      _ = try database.number("PRAGMA max_page_count = \(pages)")
    }
    let large = try Samples.job([String(repeating: "x", count: 100_000)])
    await #expect(throws: StoreFailure.full) { try await store.add(large, key: nil) }
    #expect(try await store.job(large.id) == nil)
    #expect(try await store.job(first.id)?.state == .queued)
    try await store.writer.perform { (database) throws(SQLFailure) in
      _ = try database.number("PRAGMA max_page_count = 1000000")
    }
    #expect(try await store.add(large, key: nil) == .added)
  }

  @Test func `one that fails does not take its company with it`() async throws {
    let shelf = try Shelf()
    defer { shelf.remove() }
    let store = try shelf.open()
    let known = try Samples.job()
    _ = try await store.add(known, key: nil)
    // The same id again breaks a rule of the table, in the midst of others.
    let jobs = try (0..<40).map { $0 == 20 ? known : try Samples.job(["\($0)"]) }
    let failures = await withTaskGroup(of: Int?.self) { group in
      for (index, job) in jobs.enumerated() {
        group.addTask {
          do throws(StoreFailure) {
            _ = try await store.add(job, key: nil)
            return nil
          } catch {
            return index
          }
        }
      }
      return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
    }
    #expect(failures == [20])
    #expect(try await store.leftovers().count == 40)
  }

  @Test func `what is no database is set aside, and the service starts`() async throws {
    let shelf = try Shelf()
    defer { shelf.remove() }
    Self.write(
      Array("not a database, but long enough to be looked at".utf8)[...],
      to: shelf.path + "/jobs.db")
    let store = try shelf.open()
    #expect(try await store.leftovers().isEmpty)
    #expect(Shelf.names(in: shelf.path).contains("jobs.db.damaged-1"))
    #expect(shelf.log.lines.count == 1 && shelf.log.lines[0].hasPrefix("error: "))
  }

  @Test func `a file of a newer program, or of another one, is not touched`() throws {
    for (statement, words) in [
      ("PRAGMA user_version = 99", "Start the newer one"),
      ("PRAGMA application_id = 7", "belongs to another program"),
    ] {
      let shelf = try Shelf()
      defer { shelf.remove() }
      _ = try shelf.open()
      do {
        let database = try SQLDatabase.open(shelf.path + "/jobs.db", .writing)
        try database.execute(statement)
      }
      let problem = #expect(throws: StateFolder.Problem.self) { _ = try shelf.open() }
      #expect(problem?.description.contains(words) == true)
    }
  }

  @Test func `a row that cannot be read is reported and stays`() async throws {
    let shelf = try Shelf()
    defer { shelf.remove() }
    let good = try Samples.job()
    let bad = try Samples.job()
    do {
      let store = try shelf.open()
      _ = try await store.add(bad, key: nil)
      _ = try await store.add(good, key: nil)
      _ = try await store.writer.perform { (database) throws(SQLFailure) in
        try database.run(
          "UPDATE job SET arguments = x'ff' WHERE id = ?", [.blob(bad.id.bytes)])
      }
    }
    let store = try shelf.open()
    #expect(try await store.leftovers().map(\.id) == [good.id])
    #expect(shelf.log.lines.count == 1 && shelf.log.lines[0].contains("places 1"))
    #expect(try await store.leftovers().map(\.id) == [good.id])
    #expect(shelf.log.lines.count == 1, "it is said once")
    let state = try await store.reader.perform { (database) throws(SQLFailure) in
      try database.number("SELECT state FROM job WHERE id = ?", [.blob(bad.id.bytes)])
    }
    #expect(state == JobRow.unreadable)
  }

  @Test func `a folder that others may look into is refused`() throws {
    let shelf = try Shelf()
    defer { shelf.remove() }
    unsafe chmod(shelf.path, 0o755)
    let problem = #expect(throws: StateFolder.Problem.self) {
      try StateFolder.prepare(shelf.path, owner: getuid())
    }
    #expect(problem?.description.contains("chmod 700") == true)
    let other = #expect(throws: StateFolder.Problem.self) {
      try StateFolder.prepare(shelf.path, owner: 12345)
    }
    #expect(other?.description.contains("chown -R 12345") == true)
  }
}
