import Glibc
import RunnerCore
import Testing

@testable import RunnerStore

/// Power that goes, disks that fill, and files that are not what they should be.
@Suite(.timeLimit(.minutes(10)))
struct DamageTests {
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
    CutLogTests.write(
      Array("not a database, but long enough to be looked at".utf8)[...],
      to: shelf.path + "/jobs.db")
    let store = try shelf.open()
    #expect(try await store.leftovers().isEmpty)
    #expect(Shelf.names(in: shelf.path).contains("jobs.db.damaged-1"))
    #expect(shelf.log.lines.count == 2 && shelf.log.lines.allSatisfy { $0.hasPrefix("error: ") })
  }

  /// Most of these are found at the start, and some only when a job is asked for: neither may
  /// take the rest of the service with it.
  @Test(arguments: [0.0, 0.1, 0.3, 0.5, 0.7, 0.9], [true, false])
  func `a file that was cut or scribbled on never stops the start`(
    place: Double, isCut: Bool
  ) async throws {
    let shelf = try Shelf()
    defer { shelf.remove() }
    var ids: [JobID] = []
    do {
      let store = try shelf.open()
      for number in 0..<200 {
        let job = try Samples.job(["\(number)", String(repeating: "y", count: 1000)])
        _ = try await store.add(job, key: nil)
        ids.append(job.id)
      }
      try await store.writer.perform { (database) throws(SQLFailure) in () }
    }
    let path = shelf.path + "/jobs.db"
    do {
      // Closing moves the log into the file; only then is the file all that there is.
      let database = try SQLDatabase.open(path, .writing)
      try database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
    var bytes = try CutLogTests.bytes(of: path)
    let start = Int(Double(bytes.count) * place) / 4096 * 4096
    if isCut {
      bytes.removeSubrange(start...)
    } else {
      for index in start..<min(bytes.count, start + 3 * 4096) { bytes[index] = 0xa5 }
    }
    CutLogTests.write(bytes[...], to: path)

    let store = try shelf.open()
    let found = Set(try await store.leftovers().map(\.id))
    let isSetAside = Shelf.names(in: shelf.path).contains("jobs.db.damaged-1")
    #expect(found.isSubset(of: ids))
    if !isCut, place > 0 {
      #expect(
        found.count > ids.count / 2, "three pages of many: \(found.count), \(shelf.log.lines)")
    }
    #expect(found.count == ids.count || !shelf.log.lines.isEmpty, "nothing is dropped in silence")
    if isSetAside { #expect(try CutLogTests.bytes(of: path + ".damaged-1") == bytes) }
    let new = try Samples.job(["new"])
    #expect(try await store.add(new, key: nil) == .added)
    #expect(try await store.job(new.id)?.state == .queued)
  }

  /// A crash in the midst of a step leaves the file as it was before it.
  @Test func `a step that was not finished is not there, and is done at the next start`()
    async throws
  {
    for step in StoreSchema.steps.indices {
      let shelf = try Shelf()
      defer { shelf.remove() }
      let path = shelf.path + "/jobs.db"
      var database = try SQLDatabase.open(path, .writing)
      try database.execute("PRAGMA journal_mode = WAL")
      try StoreSchema.migrate(&database, to: step)
      // The step, up to where its commit would be; then the process is gone.
      let half = "BEGIN IMMEDIATE; " + StoreSchema.steps[step]
      try database.execute(half + "PRAGMA user_version = \(step + 1)")
      let copies = (
        try CutLogTests.bytes(of: path), try CutLogTests.bytes(of: path + "-wal")
      )
      let crashed = try Shelf()
      defer { crashed.remove() }
      CutLogTests.write(copies.0[...], to: crashed.path + "/jobs.db")
      CutLogTests.write(copies.1[...], to: crashed.path + "/jobs.db-wal")
      let found = try SQLDatabase.open(crashed.path + "/jobs.db", .writing)
      #expect(try Self.version(of: found) == Int64(step))
      let store = try crashed.open()
      #expect(try await store.add(Samples.full(), key: nil) == .added)
      #expect(crashed.log.lines == [])
    }
  }

  private static func version(of database: consuming SQLDatabase) throws -> Int64? {
    try database.number("PRAGMA user_version")
  }

  @Test func `damage that is met while it runs is said once, and mended at the next start`()
    async throws
  {
    let shelf = try Shelf()
    defer { shelf.remove() }
    var ids: [JobID] = []
    do {
      let store = try shelf.open()
      for number in 0..<100 {
        let job = try Samples.job(["\(number)", String(repeating: "z", count: 1000)])
        _ = try await store.add(job, key: nil)
        _ = try await store.end(Samples.ended(job))
        ids.append(job.id)
      }
      try await store.setPaused(true)
    }
    let path = shelf.path + "/jobs.db"
    var bytes = try CutLogTests.bytes(of: path)
    // Pages of ended jobs, which nobody reads at the start.
    var readable: Set<JobID> = []
    do {
      // The file was sound at the start, and is not looked at as a whole again.
      let store = try shelf.open()
      #expect(shelf.log.lines == [])
      for index in (bytes.count / 2)..<(bytes.count / 2 + 4 * 4096) { bytes[index] = 0x5a }
      CutLogTests.overwrite(path, with: bytes)
      for id in ids {
        do throws(StoreFailure) {
          if try await store.job(id) != nil { readable.insert(id) }
        } catch {
          guard case .unusable = error else { throw error }
        }
      }
      #expect(readable.count > 50 && readable.count < 100)
      #expect(shelf.log.lines.count == 1 && shelf.log.lines[0].contains("restart the service"))
    }
    let store = try shelf.open()
    #expect(shelf.log.lines.last?.contains("jobs are in the new one") == true)
    for id in readable { #expect(try await store.job(id)?.hasEnded == true) }
    #expect(try await store.isPaused())
    let tally = try await store.reader.perform { (database) throws(SQLFailure) in
      (
        try database.number("SELECT ended FROM tally"),
        try database.number("SELECT count(*) FROM ending")
      )
    }
    #expect(tally.0 == tally.1)
  }

  /// The service dies while it carries rows over, before or after the old file is out of the way.
  @Test(arguments: [false, true])
  func `a replacement that is broken off is begun anew, or finished`(isWhole: Bool) async throws {
    let shelf = try Shelf()
    defer { shelf.remove() }
    let path = shelf.path + "/jobs.db"
    let job = try Samples.full()
    do { _ = try await shelf.open().add(job, key: nil) }
    unsafe rename(path, path + ".kept")
    do {
      let database = try SQLiteStore.prepared(path + (isWhole ? ".new" : ""))
      withExtendedLifetime(database) {}
    }
    if isWhole {
      unsafe rename(path + ".kept", path + ".new")
    } else {
      unsafe rename(path, path + ".new")
      unsafe rename(path + ".kept", path)
    }
    let store = try shelf.open()
    #expect(try await store.job(job.id)?.request == job.request)
    #expect(shelf.log.lines == [] && !Shelf.names(in: shelf.path).contains("jobs.db.new"))
  }

  @Test func `a database that is gone is missed`() async throws {
    let shelf = try Shelf()
    defer { shelf.remove() }
    do { _ = try shelf.open() }
    for name in Shelf.names(in: shelf.path) where name.hasPrefix("jobs.db") {
      unsafe unlink(shelf.path + "/" + name)
    }
    do { _ = try shelf.open() }
    #expect(shelf.log.lines.count == 1 && shelf.log.lines[0].contains("gone or empty"))
    _ = try shelf.open()
    #expect(shelf.log.lines.count == 1, "it is said once")
  }

  @Test func `a pause is there after a restart`() async throws {
    let shelf = try Shelf()
    defer { shelf.remove() }
    for wish in [true, false, true] {
      do { try await shelf.open().setPaused(wish) }
      #expect(try await shelf.open().isPaused() == wish)
    }
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
