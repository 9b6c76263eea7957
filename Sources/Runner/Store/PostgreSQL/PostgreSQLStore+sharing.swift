import Glibc
import PostgreSQLBase
package import RunnerCore
import Synchronization

/// What several nodes of one database have to do with each other.
extension PostgreSQLStore {
  package var lease: LeaseTerms? { terms }

  /// None: what others did is looked for.
  package var changes: AsyncStream<Void> { AsyncStream { $0.finish() } }

  package func renewLease(
    adopting entries: [String]?
  ) async throws(StoreFailure) -> LeaseUpdate {
    let (name, boot, terms) = (node.name, boot, terms)
    let sent = Self.boottime
    let renewal = try await control.perform { (database) throws(PostgreSQLFailure) in
      try PostgreSQLNodeRows.renew(name, boot, terms, isDraining: entries == nil, &database)
    }
    guard let renewal, renewal.isRenewed else { throw .fenced }
    var update = LeaseUpdate()
    update.hasNewEra = try enter(renewal.era)
    let due = watch.withLock {
      $0.observe(renewal.peers, in: renewal.era, sentAt: sent, answeredAt: Self.boottime)
    }
    update.nextDue = watch.withLock(\.nextDue)
    guard let entries else { return update }
    do throws(StoreFailure) {
      let isGone = try await takeOver(due)
      if renewal.hasFormer || isGone { try await adopt(entries, &update) }
    } catch .fenced {
      throw .fenced
    } catch {
      // The lease is renewed all the same, and the next renewal tries it again.
      if case .unknown = error { update.isAdoptionUnknown = true }
      log.log(
        .warning, "jobs.not_adopted",
        "jobs of nodes that are gone could not be adopted, which is tried again: the store "
          + "\(error)", ["error": "\(error)"])
    }
    return update
  }

  /// - Returns: whether a node is gone.
  private func takeOver(_ due: [PeerLease]) async throws(StoreFailure) -> Bool {
    var isAnyGone = false
    for peer in due {
      let isGone = try await control.perform { (database) throws(PostgreSQLFailure) in
        try PostgreSQLNodeRows.takeOver(peer, &database)
      }
      guard isGone else { continue }
      isAnyGone = true
      log.log(
        .warning, "node.lost",
        "the node \(peer.node) has not renewed its lease: its jobs are taken over",
        ["node": .text(peer.node)])
    }
    return isAnyGone
  }

  /// CLOCK_BOOTTIME, in microseconds.
  private static var boottime: Int64 {
    var time = timespec()
    // SAFETY: clock_gettime(2) writes one timespec, which is a local variable.
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// - Returns: whether the database began another life.
  private func enter(_ next: DatabaseEra) throws(StoreFailure) -> Bool {
    let succession = era.withLock { era in
      let succession = era?.succession(to: next) ?? .same
      if succession.isAccepted { era = next }
      return succession
    }
    guard succession.isAccepted else {
      throw .unusable("Another server answers, of \(next.system), timeline \(next.timeline).")
    }
    guard succession != .same else { return false }
    known.beginEra()
    return true
  }

  private func adopt(
    _ entries: [String], _ update: inout LeaseUpdate
  ) async throws(StoreFailure) {
    let outbox = outbox
    let (found, hasCallbacks) = try await writer.perform { (database) throws(PostgreSQLFailure) in
      let adoption = try PostgreSQLAdoptedRows(for: outbox, of: entries, &database)
      guard !adoption.sequences.isEmpty else { return ([RecoveredJob](), adoption.hasCallbacks) }
      let found = try database.query(
        """
        SELECT \(PostgreSQLJobRow.columns), \(PostgreSQLJobRow.sharedColumns)
        FROM \(PostgreSQLJobRow.tables)
        WHERE job.sequence IN (
          SELECT value::int8 FROM json_array_elements_text($1::text::json))
        ORDER BY job.sequence
        """, [.text(JSONText.array(adoption.sequences))]
      ) { (row) throws(PostgreSQLFailure) in RecoveredJob(row) }
      return (found, adoption.hasCallbacks)
    }
    update.hasAdoptedCallbacks = hasCallbacks
    update.adopted = readable(found)
  }

  package func leave() async {
    let (name, boot) = (node.name, boot)
    do throws(StoreFailure) {
      try await writer.perform { (database) throws(PostgreSQLFailure) in
        try PostgreSQLNodeRows.leave(name, boot, &database)
      }
    } catch {
      log.log(
        .warning, "lease.not_released",
        "the lease of this node could not be given up, and its jobs wait for its end: the store "
          + "\(error)", ["error": "\(error)"])
    }
  }

  package func updates(in lanes: [String]) async throws(StoreFailure) -> StoreUpdate {
    let (boot, told) = (boot, toldDepartures.withLock(\.self))
    let (update, departures) = try await control.perform { (database) throws(PostgreSQLFailure) in
      if !told.isEmpty {
        try database.run(
          """
          DELETE FROM departed WHERE number IN (
            SELECT value::int8 FROM json_array_elements_text($1::text::json))
          """, [.text(JSONText.array(told))])
      }
      return try Self.updates(of: boot, in: lanes, &database)
    }
    toldDepartures.withLock { $0 = departures }
    return update
  }

  private static func updates(
    of boot: Int64, in lanes: [String], _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> (StoreUpdate, [Int64]) {
    var update = StoreUpdate()
    var departures: [Int64] = []
    let rows = try database.query(
      """
      SELECT 0, paused, NULL::bytea FROM counters
      UNION ALL SELECT 1, 0, job.id FROM run JOIN job USING (sequence)
        WHERE run.boot = $1 AND run.cancel IS NOT NULL
      UNION ALL SELECT 1, 0, job.id FROM ready JOIN job USING (sequence)
        WHERE ready.home = $1 AND ready.cancel IS NOT NULL
      UNION ALL (SELECT 2, number, id FROM departed WHERE home = $1 ORDER BY number LIMIT 1000)
      UNION ALL SELECT 3, 1, NULL WHERE EXISTS (
        SELECT FROM json_array_elements_text($2::text::json) AS lane (name)
        CROSS JOIN \(otherHomes)
        CROSS JOIN LATERAL (
          SELECT FROM ready WHERE \(isOffered) LIMIT 1) AS first
        WHERE other.home <> $1)
      """, [.integer(boot), .text(JSONText.array(lanes))]
    ) { (row) throws(PostgreSQLFailure) in
      (kind: row.integer(0), number: row.integer(1), id: JobID(bytes: row.blob(2)))
    }
    for row in rows {
      switch (row.kind, row.id) {
      case (0, _): update.isPaused = row.number == 1
      case (1, let id?): update.cancelled.append(id)
      case (2, let id):
        departures.append(row.number)
        if let id { update.departed.append(id) }
      default: update.hasWaiting = update.hasWaiting || row.kind == 3
      }
    }
    return (update, departures)
  }

  /// Numbers of all services that are the home of a job, and 0.
  private static let otherHomes =
    "(SELECT boot AS home FROM node UNION SELECT boot FROM former UNION SELECT 0) AS other"

  /// Whether a job waits in a lane of a home. One that is to be cancelled is its home's to end.
  private static let isOffered = """
    ready.home = other.home AND ready.lane = lane.name
      AND hashtextextended(ready.lane, 0) = hashtextextended(lane.name, 0)
      AND (ready.cancel IS NULL OR ready.home = 0)
    """

  package func requestCancel(_ id: JobID) async throws(StoreFailure) -> Bool {
    try await writer.perform { (database) throws(PostgreSQLFailure) in
      // It stays with the job where that is queued again without a start.
      try database.run(
        """
        UPDATE run SET cancel = 1 FROM job WHERE job.id = $1 AND run.sequence = job.sequence
        """, [.bytes(id.bytes)]) == 1
    }
  }

  package func offer(
    _ id: JobID, in lane: String, at place: Timestamp
  ) async throws(StoreFailure) {
    let boot = boot
    try await writer.perform { (database) throws(PostgreSQLFailure) in
      _ = try database.run(
        """
        UPDATE ready SET lane = $2, place = $3, entry = $2 FROM job
        WHERE job.id = $1 AND ready.sequence = job.sequence AND ready.home = $4
        """, [.bytes(id.bytes), .text(lane), .integer(place.microseconds), .integer(boot)])
    }
  }

  package func claim(_ query: PullQuery) async throws(StoreFailure) -> [Job] {
    let boot = boot
    return try await writer.perform { (database) throws(PostgreSQLFailure) -> [Job] in
      try PostgreSQLNodeRows.requireLease(boot, &database)
      let found = try Self.candidates(of: query, for: boot, &database)
      let admitted = query.admit(found.compactMap(\.job))
      var claimed: [Job] = []
      for candidate in found {
        guard var job = candidate.job, admitted.contains(job.id) else { continue }
        let epoch = try database.scalar(
          PostgreSQLJobRow.claimOfOther,
          [
            .integer(candidate.sequence), .integer(query.time.microseconds), .integer(boot),
            .bytes(job.id.bytes),
          ])
        guard let epoch else { continue }
        do throws(IllegalTransitionError) {
          try job.apply(.started(epoch: UInt64(bitPattern: epoch)), at: query.time)
          claimed.append(job)
        } catch {
          throw PostgreSQLFailure(.statement(state: "40001"), "A job that waits has ended.")
        }
      }
      return claimed
    }
  }

  /// Locks the first jobs of others in the lanes, some more than are wanted: what this node may not
  /// run is left. What another node is about to claim is passed over.
  private static func candidates(
    of query: PullQuery, for boot: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> [RecoveredJob] {
    let barred =
      query.barredClients.isEmpty
      ? ""
      : """
      AND NOT EXISTS (SELECT FROM job
        JOIN json_array_elements_text($4::text::json) AS barred (name) ON job.client = barred.name
        WHERE job.sequence = ready.sequence)
      """
    var values: [PostgreSQLValue] = [
      .text(JSONText.array(query.lanes)), .integer(boot),
      .integer(Int64(query.countMax + candidatesMore)),
    ]
    if !barred.isEmpty { values.append(.text(JSONText.array(query.barredClients.map(\.name)))) }
    return try database.query(
      """
      WITH picked AS MATERIALIZED (
        SELECT first.sequence, first.place
        FROM json_array_elements_text($1::text::json) AS lane (name)
        CROSS JOIN \(otherHomes)
        CROSS JOIN LATERAL (
          SELECT sequence, place FROM ready WHERE \(isOffered) \(barred)
          ORDER BY place, sequence LIMIT $3 FOR UPDATE SKIP LOCKED) AS first
        WHERE other.home <> $2
        ORDER BY first.place, first.sequence LIMIT $3)
      SELECT \(PostgreSQLJobRow.columns), \(PostgreSQLJobRow.sharedColumns)
      FROM \(PostgreSQLJobRow.tables) JOIN picked ON picked.sequence = job.sequence
      ORDER BY picked.place, picked.sequence
      """, values
    ) { (row) throws(PostgreSQLFailure) in RecoveredJob(row) }
  }

  /// Jobs that are looked at beyond those that are wanted.
  private static let candidatesMore = 8

  package func stages(of ids: [JobID]) async throws(StoreFailure) -> [JobID: StageStatus] {
    guard !ids.isEmpty else { return [:] }
    let bytes = ids.flatMap(\.bytes)
    return try await reader.perform { (database) throws(PostgreSQLFailure) in
      let found = try database.query(
        """
        SELECT job.id, CASE WHEN ending.sequence IS NOT NULL THEN 2
            WHEN run.sequence IS NOT NULL THEN 1 ELSE 0 END,
          coalesce(ending.epoch, run.epoch, ready.epoch)
        FROM generate_series(0, length($1::bytea) / 20 - 1) AS place
        JOIN job ON job.id = substring($1::bytea FROM 1 + 20 * place FOR 20)
        LEFT JOIN ready ON ready.sequence = job.sequence
        LEFT JOIN run ON run.sequence = job.sequence
        LEFT JOIN ending ON ending.sequence = job.sequence
        """, [.bytes(bytes)]
      ) { (row) throws(PostgreSQLFailure) in
        let statuses: [JobQuery.Status] = [.queued, .running, .finished]
        return (
          id: JobID(bytes: row.blob(0)),
          stage: StageStatus(
            status: statuses[Int(row.integer(1))], epoch: UInt64(bitPattern: row.integer(2)))
        )
      }
      var stages: [JobID: StageStatus] = [:]
      for one in found { if let id = one.id { stages[id] = one.stage } }
      return stages
    }
  }

  package func queueCounts() async throws(StoreFailure) -> QueueCounts? {
    try await reader.perform { (database) throws(PostgreSQLFailure) in
      try database.query(
        """
        SELECT (SELECT count(*) FROM ready WHERE heldUntil IS NULL), (SELECT count(*) FROM run)
        """
      ) { (row) throws(PostgreSQLFailure) in
        QueueCounts(waiting: Int(row.integer(0)), running: Int(row.integer(1)))
      }.first
    }
  }
}
