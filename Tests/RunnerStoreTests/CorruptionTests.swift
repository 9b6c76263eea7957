import Glibc
import RunnerCore
import Testing

@testable import RunnerStore

/// Power that goes, disks that fill, and files that are not what they should be.
@Suite(.timeLimit(.minutes(30)))
struct CorruptionTests {
  @Test func `a full disk refuses by name, loses nothing, and recovers by itself`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let first = try SampleJobs.job()
    _ = try await store.add(first, key: nil)
    try await store.writer.perform { (database) throws(SQLFailure) in
      let pages = try database.scalar("PRAGMA page_count") ?? 0
      _ = try database.scalar("PRAGMA max_page_count = \(pages)")
    }
    let large = try SampleJobs.job([String(repeating: "x", count: 100_000)])
    await #expect(throws: StoreFailure.full) { try await store.add(large, key: nil) }
    #expect(try await store.job(large.id) == nil)
    #expect(try await store.job(first.id)?.state == .queued)
    try await store.writer.perform { (database) throws(SQLFailure) in
      _ = try database.scalar("PRAGMA max_page_count = 1000000")
    }
    #expect(try await store.add(large, key: nil) == .added)
  }

  @Test func `one that fails does not take its company with it`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let store = try directory.open()
    let known = try SampleJobs.job()
    _ = try await store.add(known, key: nil)
    // The same id again breaks a rule of the table, in the midst of others.
    let jobs = try (0..<40).map { $0 == 20 ? known : try SampleJobs.job(["\($0)"]) }
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
    #expect(try await store.unfinishedJobs().count == 40)
  }

  @Test func `what is no database is set aside, and the service starts`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    TruncatedLogTests.write(
      Array("not a database, but long enough to be looked at".utf8)[...],
      to: directory.path + "/jobs.db")
    let store = try directory.open()
    #expect(try await store.unfinishedJobs().isEmpty)
    #expect(TemporaryStateDirectory.names(in: directory.path).contains("jobs.db.damaged-1"))
    #expect(
      directory.log.lines.count == 2 && directory.log.lines.allSatisfy { $0.hasPrefix("error: ") })
  }

  // Proves P-045.
  /// Most of these are found at the start, and some only when a job is asked for: neither may
  /// take the rest of the service with it.
  @Test(arguments: [0.0, 0.1, 0.3, 0.5, 0.7, 0.9], [true, false])
  func `a file that was cut or scribbled on never stops the start`(
    place: Double, isCut: Bool
  ) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var ids: [JobID] = []
    do {
      let store = try directory.open()
      for number in 0..<200 {
        let job = try SampleJobs.job(["\(number)", String(repeating: "y", count: 1000)])
        _ = try await store.add(job, key: nil)
        ids.append(job.id)
      }
    }
    let path = directory.path + "/jobs.db"
    try TemporaryStateDirectory.moveLogIntoFile(path)
    var bytes = try TruncatedLogTests.bytes(of: path)
    let start = Int(Double(bytes.count) * place) / 4096 * 4096
    if isCut {
      bytes.removeSubrange(start...)
    } else {
      for index in start..<min(bytes.count, start + 3 * 4096) { bytes[index] = 0xa5 }
    }
    TruncatedLogTests.write(bytes[...], to: path)

    let store = try directory.open()
    let found = Set(try await store.unfinishedJobs().map(\.id))
    let isSetAside = TemporaryStateDirectory.names(in: directory.path).contains("jobs.db.damaged-1")
    #expect(found.isSubset(of: ids))
    if !isCut, place > 0 {
      #expect(
        found.count > ids.count / 2, "three pages of many: \(found.count), \(directory.log.lines)")
    }
    #expect(
      found.count == ids.count || !directory.log.lines.isEmpty, "nothing is dropped in silence")
    if isSetAside { #expect(try TruncatedLogTests.bytes(of: path + ".damaged-1") == bytes) }
    let new = try SampleJobs.job(["new"])
    #expect(try await store.add(new, key: nil) == .added)
    #expect(try await store.job(new.id)?.state == .queued)
  }

  // Proves P-043.
  /// A crash in the midst of a step leaves the file as it was before it.
  @Test func `a step that was not finished is not there, and is done at the next start`()
    async throws
  {
    for step in StoreSchema.steps.indices {
      let directory = try TemporaryStateDirectory()
      defer { directory.remove() }
      let path = directory.path + "/jobs.db"
      var database = try SQLDatabase.open(path, .writing)
      try database.execute("PRAGMA journal_mode = WAL")
      try StoreSchema.migrate(&database, to: step)
      // The step, up to where its commit would be; then the process is gone.
      let half = "BEGIN IMMEDIATE; " + StoreSchema.steps[step]
      try database.execute(half + "PRAGMA user_version = \(step + 1)")
      let copies = (
        try TruncatedLogTests.bytes(of: path), try TruncatedLogTests.bytes(of: path + "-wal")
      )
      let crashed = try TemporaryStateDirectory()
      defer { crashed.remove() }
      TruncatedLogTests.write(copies.0[...], to: crashed.path + "/jobs.db")
      TruncatedLogTests.write(copies.1[...], to: crashed.path + "/jobs.db-wal")
      let found = try SQLDatabase.open(crashed.path + "/jobs.db", .writing)
      #expect(try Self.version(of: found) == Int64(step))
      let store = try crashed.open()
      #expect(try await store.add(SampleJobs.full(), key: nil) == .added)
      #expect(crashed.log.lines == [])
    }
  }

  private static func version(of database: consuming SQLDatabase) throws -> Int64? {
    try database.scalar("PRAGMA user_version")
  }

  // Proves P-045.
  @Test func `damage that is met while it runs is said once, and mended at the next start`()
    async throws
  {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    var ids: [JobID] = []
    do {
      let store = try directory.open()
      for number in 0..<100 {
        let job = try SampleJobs.job(["\(number)", String(repeating: "z", count: 1000)])
        _ = try await store.add(job, key: nil)
        _ = try await store.end(SampleJobs.ended(job))
        ids.append(job.id)
      }
      try await store.setPaused(true)
    }
    let path = directory.path + "/jobs.db"
    try TemporaryStateDirectory.moveLogIntoFile(path)
    var bytes = try TruncatedLogTests.bytes(of: path)
    // Pages of ended jobs, which nobody reads at the start.
    var readable: Set<JobID> = []
    do {
      // The file was sound at the start, and is not looked at as a whole again.
      let store = try directory.open()
      #expect(directory.log.lines == [])
      for index in (bytes.count / 2)..<(bytes.count / 2 + 4 * 4096) { bytes[index] = 0x5a }
      TruncatedLogTests.overwrite(path, with: bytes)
      for id in ids {
        do throws(StoreFailure) {
          if try await store.job(id) != nil { readable.insert(id) }
        } catch {
          guard case .unusable = error else { throw error }
        }
      }
      #expect(readable.count > 50 && readable.count < 100)
      #expect(
        directory.log.lines.count == 1 && directory.log.lines[0].contains("restart the service"))
    }
    let store = try directory.open()
    #expect(directory.log.lines.last?.contains("jobs are in the new one") == true)
    for id in readable { #expect(try await store.job(id)?.hasEnded == true) }
    #expect(try await store.isPaused())
    let counters = try await store.reader.perform { (database) throws(SQLFailure) in
      (
        try database.scalar("SELECT ended FROM counters"),
        try database.scalar("SELECT count(*) FROM ending")
      )
    }
    #expect(counters.0 == counters.1)
  }

  /// The service dies while it carries rows over, before or after the old file is out of the way.
  @Test(arguments: [false, true])
  func `a replacement that is broken off is begun anew, or finished`(isWhole: Bool) async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let path = directory.path + "/jobs.db"
    let job = try SampleJobs.full()
    do { _ = try await directory.open().add(job, key: nil) }
    unsafe rename(path, path + ".kept")
    do {
      let database = try SQLiteStore.openPrepared(path + (isWhole ? ".new" : ""))
      withExtendedLifetime(database) {}
    }
    if isWhole {
      unsafe rename(path + ".kept", path + ".new")
    } else {
      unsafe rename(path, path + ".new")
      unsafe rename(path + ".kept", path)
    }
    let store = try directory.open()
    #expect(try await store.job(job.id)?.request == job.request)
    #expect(
      directory.log.lines == []
        && !TemporaryStateDirectory.names(in: directory.path).contains("jobs.db.new"))
  }

  // Proves P-045.
  @Test func `a database that is gone is missed`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    do { _ = try directory.open() }
    for name in TemporaryStateDirectory.names(in: directory.path) where name.hasPrefix("jobs.db") {
      unsafe unlink(directory.path + "/" + name)
    }
    do { _ = try directory.open() }
    #expect(directory.log.lines.count == 1 && directory.log.lines[0].contains("gone or empty"))
    _ = try directory.open()
    #expect(directory.log.lines.count == 1, "it is said once")
  }

  @Test func `a pause is there after a restart`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    for wish in [true, false, true] {
      do { try await directory.open().setPaused(wish) }
      #expect(try await directory.open().isPaused() == wish)
    }
  }

  @Test func `a file of a newer program, or of another one, is not touched`() throws {
    for (statement, words) in [
      ("PRAGMA user_version = 99", "Start the newer one"),
      ("PRAGMA application_id = 7", "belongs to another program"),
    ] {
      let directory = try TemporaryStateDirectory()
      defer { directory.remove() }
      _ = try directory.open()
      do {
        let database = try SQLDatabase.open(directory.path + "/jobs.db", .writing)
        try database.execute(statement)
      }
      let problem = #expect(throws: StateFolder.Failure.self) { _ = try directory.open() }
      #expect(problem?.description.contains(words) == true)
    }
  }

  @Test func `a row that cannot be read is reported and stays`() async throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    let good = try SampleJobs.job()
    let bad = try SampleJobs.job()
    do {
      let store = try directory.open()
      _ = try await store.add(bad, key: nil)
      _ = try await store.add(good, key: nil)
      _ = try await store.writer.perform { (database) throws(SQLFailure) in
        try database.run(
          "UPDATE job SET arguments = x'ff' WHERE id = ?", [.blob(bad.id.bytes)])
      }
    }
    let store = try directory.open()
    #expect(try await store.unfinishedJobs().map(\.id) == [good.id])
    #expect(directory.log.lines.count == 1 && directory.log.lines[0].contains("rows 1"))
    #expect(try await store.unfinishedJobs().map(\.id) == [good.id])
    #expect(directory.log.lines.count == 1, "it is said once")
    let state = try await store.reader.perform { (database) throws(SQLFailure) in
      try database.scalar("SELECT state FROM job WHERE id = ?", [.blob(bad.id.bytes)])
    }
    #expect(state == JobRow.unreadable)
  }

  // Proves P-061.
  @Test func `a folder that others may look into is refused`() throws {
    let directory = try TemporaryStateDirectory()
    defer { directory.remove() }
    unsafe chmod(directory.path, 0o755)
    let problem = #expect(throws: StateFolder.Failure.self) {
      try StateFolder.prepare(directory.path, owner: getuid(), group: getgid())
    }
    #expect(problem?.description.contains("chmod 700") == true)
    unsafe chmod(directory.path, 0o700)
    unsafe mkdir(directory.path + "/output", 0o700)
    let other = #expect(throws: StateFolder.Failure.self) {
      try StateFolder.prepare(directory.path, owner: 12345, group: 12345)
    }
    #expect(other?.description.contains("chown -R 12345") == true)
  }
}
