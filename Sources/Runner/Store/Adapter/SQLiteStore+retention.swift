package import RunnerCore
import Synchronization

/// Deletion and retention.
extension SQLiteStore {
  package func delete(_ id: JobID) async throws(StoreFailure) -> Bool {
    let isGone = try await performDeletion { (database) throws(SQLFailure) -> Bool in
      let sequence = try database.scalar(
        "SELECT sequence FROM job WHERE id = ? AND state = 2", [.blob(id.bytes)])
      guard let sequence else { return false }
      try Self.deleteJobs([sequence], &database)
      return true
    }
    if isGone { removeFiles(of: id) }
    return isGone
  }

  /// Performs a deletion; on a full disk in the room that is reserved for that.
  private func performDeletion<Result: Sendable>(
    _ body: @escaping @Sendable (inout SQLDatabase) throws(SQLFailure) -> Result
  ) async throws(StoreFailure) -> Result {
    defer { reservation.refill() }
    do throws(StoreFailure) {
      return try await writer.perform(body)
    } catch {
      guard error == .full else { throw error }
      await reservation.makeRoom()
      return try await writer.perform(body)
    }
  }

  package func purgeBatch(at time: Timestamp) async throws(StoreFailure) -> [JobID] {
    let retention = retention
    // Age apart, nothing can be due before an end or a delivery says so.
    guard hasSurplus.exchange(false, ordering: .relaxed) || retention.secondsMax != nil,
      try await hasExpired(at: time)
    else { return [] }
    hasSurplus.store(true, ordering: .relaxed)
    let gone = try await performDeletion { (database) throws(SQLFailure) -> [JobID] in
      let expired = try Self.expired(retention, at: time, &database)
      try Self.deleteJobs(expired.map(\.sequence), &database)
      return expired.map(\.id)
    }
    for id in gone { removeFiles(of: id) }
    return gone
  }

  private func hasExpired(at time: Timestamp) async throws(StoreFailure) -> Bool {
    let retention = retention
    do throws(StoreFailure) {
      return try await reader.perform { (database) throws(SQLFailure) in
        try !Self.expired(retention, at: time, &database).isEmpty
      }
    } catch {
      hasSurplus.store(true, ordering: .relaxed)
      throw error
    }
  }

  private struct ExpiredJob: Sendable {
    let sequence: Int64
    let id: JobID
  }

  /// One batch of the oldest ended jobs that exceed the retention policy by count, age or bytes.
  private static func expired(
    _ retention: RetentionPolicy, at time: Timestamp, _ database: inout SQLDatabase
  ) throws(SQLFailure) -> [ExpiredJob] {
    let counters = try database.query("SELECT ended, bytes FROM counters") {
      (row: borrowing SQLRow) throws(SQLFailure) in (row.integer(0), row.integer(1))
    }
    guard var (count, bytes) = counters.first else { return [] }
    let oldest = retention.secondsMax.map { time.adding(seconds: -Double($0)).microseconds }
    let isTooMuch = { (count: Int64, finished: Int64, bytes: Int64) -> Bool in
      count > Int64(retention.countMax) || oldest.map { finished < $0 } ?? false
        || retention.bytesMax.map { bytes > Int64($0) } ?? false
    }
    // Nearly always the oldest one may stay: a batch is read where it may not.
    let first = try database.scalar("SELECT finished FROM retention ORDER BY finished LIMIT 1")
    guard let first, isTooMuch(count, first, bytes) else { return [] }
    let candidates = try database.query(
      """
      SELECT job.sequence, job.id, retention.finished, retention.bytes
      FROM retention JOIN job ON job.sequence = retention.sequence
      ORDER BY retention.finished LIMIT ?
      """, [.integer(Int64(purgeBatchMax))]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in
      (row.integer(0), JobID(bytes: row.blob(1)), row.integer(2), row.integer(3))
    }
    var expired: [ExpiredJob] = []
    for (sequence, id, finished, size) in candidates {
      guard isTooMuch(count, finished, bytes), let id else { break }
      expired.append(ExpiredJob(sequence: sequence, id: id))
      count -= 1
      bytes -= size
    }
    return expired
  }

  /// Purges for a job that ended in this transaction, where the count is at its limit: two for one,
  /// so that a lowered limit is reached, and no transaction gets long.
  static func purgeSurplus(
    _ retention: RetentionPolicy, _ database: inout SQLDatabase
  ) throws(SQLFailure) -> SurplusResult {
    let counters = try database.query("SELECT ended, bytes FROM counters") {
      (row: borrowing SQLRow) throws(SQLFailure) in (row.integer(0), row.integer(1))
    }
    guard let (count, bytes) = counters.first else { return SurplusResult() }
    var purge = SurplusResult()
    purge.hasMore =
      count > Int64(retention.countMax) + 2 || retention.bytesMax.map { bytes > $0 } ?? false
    guard count > Int64(retention.countMax) else { return purge }
    let expired = try database.query(
      """
      SELECT job.sequence, job.id,
        ending.stdout IS NULL OR ending.stderr IS NULL OR stdoutTotal > 0 OR stderrTotal > 0,
        length(ending.files) > 0
      FROM retention JOIN job ON job.sequence = retention.sequence
      JOIN ending ON ending.sequence = retention.sequence
      ORDER BY retention.finished LIMIT ?
      """, [.integer(min(2, count - Int64(retention.countMax)))]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in
      (
        sequence: row.integer(0), id: JobID(bytes: row.blob(1)), hasOutput: row.integer(2) != 0,
        hasFiles: row.integer(3) != 0
      )
    }
    try deleteJobs(expired.map(\.sequence), &database)
    purge.jobs = expired.compactMap(\.id)
    purge.withOutput = expired.filter(\.hasOutput).compactMap(\.id)
    purge.withFiles = expired.filter(\.hasFiles).compactMap(\.id)
    return purge
  }

  /// What `purgeSurplus` purged.
  struct SurplusResult: Sendable {
    var jobs: [JobID] = []
    /// Those of them that wrote anything: its times may be in a file where it is not itself.
    var withOutput: [JobID] = []
    /// Those of them that gave files back, which may be empty.
    var withFiles: [JobID] = []
    /// Whether there is more to purge.
    var hasMore = false
  }

  private static func deleteJobs(
    _ sequences: [Int64], _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    for sequence in sequences {
      try OutboxRows.remove(sequence, &database)
      try RetentionIndexRows.remove(sequence, &database)
      try PrincipalRows.remove(sequence, &database)
      try database.run("DELETE FROM job WHERE sequence = ?", [.integer(sequence)])
    }
  }

  /// Removes the files of a job that is deleted: output, and what it gave back.
  func removeFiles(of id: JobID) {
    output.remove(id)
    files.remove(id)
  }

  /// Removes output files without a job, which a crash between the two deletions leaves. Slow for
  /// many files, so it runs in the background after the start.
  package func removeOrphanedOutput() async {
    var removed = 0
    for part in UInt8.min...UInt8.max {
      for id in output.jobs(inPart: part) {
        do throws(StoreFailure) {
          guard try await job(id) == nil else { continue }
          output.remove(id)
          removed += 1
        } catch {
          return
        }
      }
    }
    removed += await removeOrphanedFolders()
    if removed > 0 {
      log.log(
        .info, "output.removed", "\(removed) jobs that are not kept had output files: removed",
        ["jobs": .integer(removed)])
    }
  }

  /// Removes folders of files that belong to no job: of what was deleted in a crash; and of ended
  /// jobs what is not kept.
  ///
  /// - Returns: how many there were; 0 where the store fails.
  private func removeOrphanedFolders() async -> Int {
    var removed = 0
    for id in await files.jobs() {
      do throws(StoreFailure) {
        let job = try await job(id)
        if let job, !job.hasEnded { continue }
        if job?.accounting.files.isEmpty == false {
          await files.discardUploads(for: id)
        } else {
          files.remove(id)
          removed += 1
        }
      } catch {
        return removed
      }
    }
    return removed
  }
}
