package import RunnerCore

/// What is not kept any more.
extension SQLiteStore {
  package func delete(_ id: JobID) async throws(StoreFailure) -> Bool {
    let isGone = try await writer.perform { (database) throws(SQLFailure) -> Bool in
      let place = try database.number(
        "SELECT place FROM job WHERE id = ? AND state = 2", [.blob(id.bytes)])
      guard let place else { return false }
      try Self.forget([place], &database)
      return true
    }
    if isGone { output.remove(id) }
    return isGone
  }

  package func forgetSome(at time: Timestamp) async throws(StoreFailure) -> [JobID] {
    let retention = retention
    guard
      try await reader.perform({ (database) throws(SQLFailure) in
        try !Self.surplus(retention, at: time, &database).isEmpty
      })
    else { return [] }
    let gone = try await writer.perform { (database) throws(SQLFailure) -> [JobID] in
      let surplus = try Self.surplus(retention, at: time, &database)
      try Self.forget(surplus.map(\.place), &database)
      return surplus.map(\.id)
    }
    for id in gone { output.remove(id) }
    return gone
  }

  private struct Surplus: Sendable {
    let place: Int64
    let id: JobID
  }

  /// The jobs that ended first, as many of them as are too many, too old or too large, a piece at
  /// a time.
  private static func surplus(
    _ retention: StoreRetention, at time: Timestamp, _ database: inout SQLDatabase
  ) throws(SQLFailure) -> [Surplus] {
    let tally = try database.query("SELECT ended, bytes FROM tally") {
      (row: borrowing SQLRow) throws(SQLFailure) in (row.integer(0), row.integer(1))
    }
    guard var (count, bytes) = tally.first else { return [] }
    let oldest = retention.secondsMax.map { time.adding(seconds: -Double($0)).microseconds }
    let candidates = try database.query(
      """
      SELECT job.place, job.id, kept.finished, kept.bytes
      FROM kept JOIN job ON job.place = kept.place ORDER BY kept.finished LIMIT ?
      """, [.integer(Int64(forgottenAtOnce))]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in
      (row.integer(0), JobID(bytes: row.blob(1)), row.integer(2), row.integer(3))
    }
    var surplus: [Surplus] = []
    for (place, id, finished, size) in candidates {
      let isTooMuch =
        count > Int64(retention.countMax) || oldest.map { finished < $0 } ?? false
        || retention.bytesMax.map { bytes > Int64($0) } ?? false
      guard isTooMuch, let id else { break }
      surplus.append(Surplus(place: place, id: id))
      count -= 1
      bytes -= size
    }
    return surplus
  }

  /// Makes room for a job that ended just now, where as many as may be are kept: two go for one
  /// that came, so that a lowered bound is reached, and no transaction gets long.
  static func forget(
    _ retention: StoreRetention, _ database: inout SQLDatabase
  ) throws(SQLFailure) -> [JobID] {
    let count = try database.number("SELECT ended FROM tally") ?? 0
    guard count > Int64(retention.countMax) else { return [] }
    let surplus = try database.query(
      """
      SELECT job.place, job.id FROM kept JOIN job ON job.place = kept.place
      ORDER BY kept.finished LIMIT ?
      """, [.integer(min(2, count - Int64(retention.countMax)))]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in
      (place: row.integer(0), id: JobID(bytes: row.blob(1)))
    }
    try forget(surplus.map(\.place), &database)
    return surplus.compactMap(\.id)
  }

  private static func forget(
    _ places: [Int64], _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    for place in places {
      try OutboxRows.forget(place, &database)
      try KeptRows.remove(place, &database)
      try database.run("DELETE FROM job WHERE place = ?", [.integer(place)])
    }
  }

  /// Removes output files whose job is not kept: a crash came between the two. Slow for many
  /// files, so it is for a time when nobody waits for it.
  package func sweepOutput() async {
    var swept = 0
    for part in UInt8.min...UInt8.max {
      for id in output.jobs(inPart: part) {
        do throws(StoreFailure) {
          guard try await job(id) == nil else { continue }
          output.remove(id)
          swept += 1
        } catch {
          return
        }
      }
    }
    if swept > 0 { log.log(.info, "\(swept) jobs that are not kept had output files: removed") }
  }
}
