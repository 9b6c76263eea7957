import PostgreSQLBase
package import RunnerCore

/// Deletion and retention.
extension PostgreSQLStore {
  package func delete(_ id: JobID) async throws(StoreFailure) -> Bool {
    let outbox = outbox
    let isGone = try await writer.perform { (database) throws(PostgreSQLFailure) -> Bool in
      let sequence = try database.scalar(
        "SELECT sequence FROM job JOIN ending USING (sequence) WHERE id = $1", [.bytes(id.bytes)])
      guard let sequence else { return false }
      try outbox.delete([sequence], &database)
      return true
    }
    if isGone { removeFiles(of: id) }
    return isGone
  }

  package func purgeBatch(at time: Timestamp) async throws(StoreFailure) -> [JobID] {
    let (retention, outbox) = (retention, outbox)
    guard
      try await reader.perform({ (database) throws(PostgreSQLFailure) in
        try !Self.expired(retention, at: time, isReading: true, &database).isEmpty
      })
    else { return [] }
    let gone = try await writer.perform { (database) throws(PostgreSQLFailure) -> [JobID] in
      let expired = try Self.expired(retention, at: time, &database)
      try outbox.delete(expired.map(\.sequence), &database)
      return expired.map(\.id)
    }
    for id in gone { removeFiles(of: id) }
    return gone
  }

  private struct ExpiredJob: Sendable {
    let sequence: Int64
    let id: JobID
  }

  /// One batch of the oldest ended jobs that exceed the retention policy by count, age or bytes.
  private static func expired(
    _ retention: RetentionPolicy, at time: Timestamp, isReading: Bool = false,
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> [ExpiredJob] {
    // What another node purges right now is that one's.
    let locks = isReading ? "" : "FOR UPDATE OF job SKIP LOCKED"
    let counters = try database.query(
      "SELECT coalesce(sum(ended), 0)::int8, coalesce(sum(bytes), 0)::int8 FROM tally"
    ) {
      (row) throws(PostgreSQLFailure) in (row.integer(0), row.integer(1))
    }
    guard var (count, bytes) = counters.first else { return [] }
    let oldest = retention.secondsMax.map { time.adding(seconds: -Double($0)).microseconds }
    let isTooMuch = { (count: Int64, finished: Int64, bytes: Int64) -> Bool in
      count > Int64(retention.countMax) || oldest.map { finished < $0 } ?? false
        || retention.bytesMax.map { bytes > Int64($0) } ?? false
    }
    let candidates = try database.query(
      """
      SELECT job.sequence, job.id, retention.finished, retention.bytes
      FROM retention JOIN job ON job.sequence = retention.sequence
      ORDER BY retention.finished, retention.sequence LIMIT $1 \(locks)
      """, [.integer(Int64(purgeBatchMax))]
    ) { (row) throws(PostgreSQLFailure) in
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
    _ retention: RetentionPolicy, _ outbox: PostgreSQLOutboxRows,
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> [JobID] {
    let count = try database.scalar("SELECT sum(ended)::int8 FROM tally") ?? 0
    guard count > Int64(retention.countMax) else { return [] }
    let expired = try database.query(
      """
      SELECT job.sequence, job.id FROM retention JOIN job ON job.sequence = retention.sequence
      ORDER BY retention.finished, retention.sequence LIMIT $1 FOR UPDATE OF job SKIP LOCKED
      """, [.integer(min(2, count - Int64(retention.countMax)))]
    ) { (row) throws(PostgreSQLFailure) in
      (sequence: row.integer(0), id: JobID(bytes: row.blob(1)))
    }
    try outbox.delete(expired.map(\.sequence), &database)
    return expired.compactMap(\.id)
  }

  /// Removes what a crash left in the state folder: output of jobs that have ended, which is in the
  /// database, and files of jobs that are deleted. Slow for many files, so it runs in the
  /// background after the start.
  package func removeOrphanedFiles() async {
    var removed = 0
    do throws(StoreFailure) {
      for part in UInt8.min...UInt8.max {
        for id in output.jobs(inPart: part) {
          if let job = try await job(id), !job.hasEnded { continue }
          output.remove(id)
          removed += 1
        }
      }
      for id in await files.jobs() {
        let job = try await job(id)
        if let job, !job.hasEnded { continue }
        if job?.accounting.files.isEmpty == false {
          await files.discardUploads(for: id)
        } else {
          files.remove(id)
          removed += 1
        }
      }
    } catch {
      // The next start does the rest.
    }
    if removed > 0 {
      log.log(
        .info, "output.removed", "\(removed) jobs that are not kept here had files: removed",
        ["jobs": .integer(removed)])
    }
  }
}
