package import RunnerCore
import Synchronization

/// The outbox.
extension SQLiteStore {
  package func nextBatch(_ query: DeliveryBatchQuery) async throws(StoreFailure) -> DeliveryBatch {
    try await reader.perform { (database) throws(SQLFailure) -> DeliveryBatch in
      let now = SQLValue.integer(query.at.microseconds)
      // Those that are skipped are few: each has something in flight.
      let receivers = try database.query(
        """
        SELECT id, name, failures, openUntil FROM receiver WHERE ready <= ? ORDER BY ready LIMIT ?
        """, [now, .integer(Int64(query.limit + query.skipped.count))]
      ) { (row: borrowing SQLRow) throws(SQLFailure) in
        (id: row.integer(0), name: row.text(1), breaker: OutboxRows.circuitBreaker(row, 2, 3))
      }
      var due = DeliveryBatch()
      for receiver in receivers where !query.skipped.contains(receiver.name) {
        let breaker = query.ignoresBreakers ? CircuitBreaker() : receiver.breaker
        due.callbacks += try Self.pendingDeliveries(
          to: receiver.id, receiver.name,
          room: breaker.concurrencyLimit(within: query.perReceiver),
          left: query.limit - due.callbacks.count, query, &database)
      }
      due.next = try database.scalar("SELECT min(ready) FROM receiver WHERE ready > ?", [now])
        .map { Timestamp(microseconds: $0) }
      return due
    }
  }

  private static func pendingDeliveries(
    to receiver: Int64, _ name: String, room: Int, left: Int, _ query: DeliveryBatchQuery,
    _ database: inout SQLDatabase
  ) throws(SQLFailure) -> [PendingDelivery] {
    let inFlight = Set(query.inFlight.lazy.filter { $0.receiver == name }.map(\.id))
    let room = min(room - inFlight.count, left)
    guard room > 0 else { return [] }
    let found = try database.query(
      """
      SELECT job.id, job.callback, callback.tries, callback.pendingSince
      FROM callback JOIN job ON job.sequence = callback.sequence
      WHERE callback.receiver = ? AND callback.due <= ? ORDER BY callback.due LIMIT ?
      """,
      [.integer(receiver), .integer(query.at.microseconds), .integer(Int64(room + inFlight.count))]
    ) { (row: borrowing SQLRow) throws(SQLFailure) -> PendingDelivery? in
      guard let id = JobID(bytes: row.blob(0)) else { return nil }
      return PendingDelivery(
        id: id, url: row.text(1), receiver: name, tries: Int(row.integer(2)),
        pendingSince: Timestamp(microseconds: row.integer(3)))
    }
    return Array(found.compactMap(\.self).filter { !inFlight.contains($0.id) }.prefix(room))
  }

  package func record(
    _ attempt: CallbackAttempt, of callback: PendingDelivery, then state: CallbackState
  ) async throws(StoreFailure) {
    try await writer.perform { (database) throws(SQLFailure) in
      let sequence = try database.scalar(
        "SELECT sequence FROM job WHERE id = ?", [.blob(callback.id.bytes)])
      guard let sequence, let receiver = try OutboxRows.receiver(of: sequence, &database) else {
        return
      }
      try OutboxRows.insertAttempt(attempt, of: sequence, &database)
      try OutboxRows.updateBreaker(receiver, by: attempt, &database)
      try OutboxRows.setState(sequence, of: receiver, to: state, &database)
    }
    // A job whose delivery is over is one that retention counts.
    hasSurplus.store(true, ordering: .relaxed)
  }

  package func expireCallbacks(
    pendingBefore since: Timestamp, latest: Timestamp, at now: Timestamp
  ) async throws(StoreFailure) -> Int {
    defer { hasSurplus.store(true, ordering: .relaxed) }
    return try await writer.perform { (database) throws(SQLFailure) -> Int in
      try Self.rescheduleAfterClockStep(latest: latest, at: now, &database)
      let old = try database.query(
        """
        SELECT callback.sequence, receiver.id
        FROM callback JOIN receiver ON receiver.id = callback.receiver
        WHERE callback.pendingSince < ? AND receiver.failures >= ?
        ORDER BY callback.pendingSince LIMIT ?
        """,
        [
          .integer(since.microseconds), .integer(Int64(CircuitBreaker.failureThreshold)),
          .integer(Int64(Self.purgeBatchMax)),
        ]
      ) { (row: borrowing SQLRow) throws(SQLFailure) in
        (sequence: row.integer(0), receiver: row.integer(1))
      }
      for one in old {
        try OutboxRows.setState(one.sequence, of: one.receiver, to: .givenUp, &database)
      }
      return old.count
    }
  }

  /// Reschedules due times beyond the longest delay: the wall clock was stepped back.
  private static func rescheduleAfterClockStep(
    latest: Timestamp, at now: Timestamp, _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    let found = try database.query(
      "SELECT id FROM receiver WHERE ready > ? LIMIT ?",
      [.integer(latest.microseconds), .integer(Int64(Self.purgeBatchMax))]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in row.integer(0) }
    for receiver in found {
      try database.run(
        "UPDATE receiver SET openUntil = NULL WHERE id = ?", [.integer(receiver)])
      try database.run(
        """
        UPDATE callback SET pendingSince = min(pendingSince, ?1), due = ?1
        WHERE receiver = ?2 AND due > ?3
        """,
        [.integer(now.microseconds), .integer(receiver), .integer(latest.microseconds)])
      try OutboxRows.updateReadyTime(receiver, &database)
    }
  }

  package func callbackReport(of id: JobID) async throws(StoreFailure) -> CallbackReport? {
    try await reader.perform { (database) throws(SQLFailure) -> CallbackReport? in
      let found = try database.query(
        """
        SELECT job.sequence, job.state, job.callback, callback.state, callback.due
        FROM job LEFT JOIN callback ON callback.sequence = job.sequence WHERE job.id = ?
        """, [.blob(id.bytes)]
      ) { (row: borrowing SQLRow) throws(SQLFailure) in
        (sequence: row.integer(0), url: row.optionalText(2), state: Self.state(row))
      }
      guard let found = found.first else { return nil }
      let attempts = try database.query(
        """
        SELECT started, milliseconds, status, error FROM attempt
        WHERE sequence = ? ORDER BY number
        """,
        [.integer(found.sequence)]
      ) { (row: borrowing SQLRow) throws(SQLFailure) in Self.attempt(row) }
      return CallbackReport(url: found.url, state: found.state, attempts: attempts)
    }
  }

  private static func state(_ row: borrowing SQLRow) -> CallbackReport.State {
    switch row.optionalInteger(3) {
    case OutboxRows.scheduled?: .known(.scheduled(at: Timestamp(microseconds: row.integer(4))))
    case OutboxRows.delivered?: .known(.delivered)
    case OutboxRows.givenUp?: .known(.givenUp)
    default: row.integer(1) < JobRow.finished ? .pending : .unknown
    }
  }

  private static func attempt(_ row: borrowing SQLRow) -> CallbackAttempt {
    let result: CallbackResult =
      if let status = row.optionalInteger(2) {
        .answered(status: Int(status), retryAfterSeconds: nil)
      } else {
        .failed(CallbackFailure(rawValue: row.text(3)) ?? .reply)
      }
    return CallbackAttempt(
      at: Timestamp(microseconds: row.integer(0)), milliseconds: Int(row.integer(1)),
      result: result)
  }

  package func redeliver(
    _ id: JobID, at now: Timestamp
  ) async throws(StoreFailure) -> Redelivery {
    try await writer.perform { (database) throws(SQLFailure) -> Redelivery in
      let found = try database.query(
        "SELECT sequence, state, callback FROM job WHERE id = ?", [.blob(id.bytes)]
      ) { (row: borrowing SQLRow) throws(SQLFailure) in
        (sequence: row.integer(0), state: row.integer(1), url: row.optionalText(2))
      }
      guard let found = found.first, found.state != JobRow.unreadable else { return .unknown }
      guard let url = found.url else { return .noCallback }
      guard found.state == JobRow.finished else { return .jobLives }
      guard try OutboxRows.receiver(of: found.sequence, &database) == nil else { return .scheduled }
      try RetentionIndexRows.remove(found.sequence, &database)
      try OutboxRows.enqueue(found.sequence, url, at: now, &database)
      return .scheduled
    }
  }
}
