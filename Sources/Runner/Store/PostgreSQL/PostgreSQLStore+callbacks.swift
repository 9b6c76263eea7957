import PostgreSQLBase
package import RunnerCore

/// The outbox.
extension PostgreSQLStore {
  package func nextBatch(_ query: DeliveryBatchQuery) async throws(StoreFailure) -> DeliveryBatch {
    let boot = PostgreSQLValue.integer(boot)
    return try await reader.perform { (database) throws(PostgreSQLFailure) -> DeliveryBatch in
      let now = PostgreSQLValue.integer(query.at.microseconds)
      // Those that are skipped are few: each has something in flight.
      let receivers = try database.query(
        """
        SELECT id, name, failures, openUntil FROM receiver WHERE home = $3 AND ready <= $1
        ORDER BY ready LIMIT $2
        """, [now, .integer(Int64(query.limit + query.skipped.count)), boot]
      ) { (row) throws(PostgreSQLFailure) in
        (
          id: row.integer(0), name: row.text(1),
          breaker: PostgreSQLOutboxRows.circuitBreaker(row, 2, 3)
        )
      }
      var due = DeliveryBatch()
      for receiver in receivers where !query.skipped.contains(receiver.name) {
        let breaker = query.ignoresBreakers ? CircuitBreaker() : receiver.breaker
        due.callbacks += try Self.pendingDeliveries(
          to: receiver.id, receiver.name,
          room: breaker.concurrencyLimit(within: query.perReceiver),
          left: query.limit - due.callbacks.count, query, &database)
      }
      due.next = try database.scalar(
        "SELECT min(ready) FROM receiver WHERE home = $2 AND ready > $1", [now, boot]
      ).map { Timestamp(microseconds: $0) }
      return due
    }
  }

  private static func pendingDeliveries(
    to receiver: Int64, _ name: String, room: Int, left: Int, _ query: DeliveryBatchQuery,
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> [PendingDelivery] {
    let inFlight = Set(query.inFlight.lazy.filter { $0.receiver == name }.map(\.id))
    let room = min(room - inFlight.count, left)
    guard room > 0 else { return [] }
    let found = try database.query(
      """
      SELECT job.id, job.callback, callback.tries, callback.pendingSince
      FROM callback JOIN job ON job.sequence = callback.sequence
      WHERE callback.receiver = $1 AND callback.due <= $2 ORDER BY callback.due LIMIT $3
      """,
      [.integer(receiver), .integer(query.at.microseconds), .integer(Int64(room + inFlight.count))]
    ) { (row) throws(PostgreSQLFailure) -> PendingDelivery? in
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
    let outbox = outbox
    try await writer.perform { (database) throws(PostgreSQLFailure) in
      guard let sequence = try Self.sequence(of: callback.id, &database),
        let receiver = try outbox.receiver(of: sequence, &database)
      else { return }
      try outbox.insertAttempt(attempt, of: sequence, &database)
      try outbox.updateBreaker(receiver, by: attempt, &database)
      try outbox.setState(sequence, of: receiver, to: state, &database)
    }
  }

  package func expireCallbacks(
    pendingBefore since: Timestamp, latest: Timestamp, at now: Timestamp
  ) async throws(StoreFailure) -> Int {
    let outbox = outbox
    return try await writer.perform { (database) throws(PostgreSQLFailure) -> Int in
      try Self.rescheduleAfterClockStep(latest: latest, at: now, outbox, &database)
      let old = try database.query(
        """
        SELECT callback.sequence, receiver.id
        FROM callback JOIN receiver ON receiver.id = callback.receiver
        WHERE receiver.home = $4 AND callback.pendingSince < $1 AND receiver.failures >= $2
        ORDER BY callback.pendingSince LIMIT $3
        """,
        [
          .integer(since.microseconds), .integer(Int64(CircuitBreaker.failureThreshold)),
          .integer(Int64(Self.purgeBatchMax)), .integer(outbox.boot),
        ]
      ) { (row) throws(PostgreSQLFailure) in (sequence: row.integer(0), receiver: row.integer(1)) }
      for one in old {
        try outbox.setState(one.sequence, of: one.receiver, to: .givenUp, &database)
      }
      return old.count
    }
  }

  /// Reschedules due times beyond the longest delay: the wall clock was stepped back.
  private static func rescheduleAfterClockStep(
    latest: Timestamp, at now: Timestamp, _ outbox: PostgreSQLOutboxRows,
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let found = try database.query(
      "SELECT id FROM receiver WHERE home = $3 AND ready > $1 LIMIT $2",
      [
        .integer(latest.microseconds), .integer(Int64(Self.purgeBatchMax)), .integer(outbox.boot),
      ]
    ) { (row) throws(PostgreSQLFailure) in row.integer(0) }
    for receiver in found {
      try database.run(
        "UPDATE receiver SET openUntil = NULL WHERE id = $1", [.integer(receiver)])
      try database.run(
        """
        UPDATE callback SET pendingSince = least(pendingSince, $1), due = $1
        WHERE receiver = $2 AND due > $3
        """,
        [.integer(now.microseconds), .integer(receiver), .integer(latest.microseconds)])
      try outbox.updateReadyTime(receiver, &database)
    }
  }

  package func callbackReport(of id: JobID) async throws(StoreFailure) -> CallbackReport? {
    try await reader.perform { (database) throws(PostgreSQLFailure) -> CallbackReport? in
      let found = try database.query(
        """
        SELECT job.sequence, ending.sequence, job.callback, callback.state, callback.due
        FROM job LEFT JOIN ending ON ending.sequence = job.sequence
        LEFT JOIN callback ON callback.sequence = job.sequence WHERE job.id = $1
        """, [.bytes(id.bytes)]
      ) { (row) throws(PostgreSQLFailure) in
        (sequence: row.integer(0), url: row.optionalText(2), state: Self.state(row))
      }
      guard let found = found.first else { return nil }
      let attempts = try database.query(
        """
        SELECT started, milliseconds, status, error FROM attempt
        WHERE sequence = $1 ORDER BY number
        """, [.integer(found.sequence)]
      ) { (row) throws(PostgreSQLFailure) in Self.attempt(row) }
      return CallbackReport(url: found.url, state: found.state, attempts: attempts)
    }
  }

  private static func state(_ row: borrowing PostgreSQLRow) -> CallbackReport.State {
    switch row.optionalInteger(3) {
    case OutboxRows.scheduled?: .known(.scheduled(at: Timestamp(microseconds: row.integer(4))))
    case OutboxRows.delivered?: .known(.delivered)
    case OutboxRows.givenUp?: .known(.givenUp)
    default: row.isNull(1) ? .pending : .unknown
    }
  }

  private static func attempt(_ row: borrowing PostgreSQLRow) -> CallbackAttempt {
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
    let outbox = outbox
    return try await writer.perform { (database) throws(PostgreSQLFailure) -> Redelivery in
      let found = try database.query(
        """
        SELECT job.sequence, ending.sequence IS NOT NULL, job.callback
        FROM job LEFT JOIN ending USING (sequence) WHERE job.id = $1 FOR UPDATE OF job
        """, [.bytes(id.bytes)]
      ) { (row) throws(PostgreSQLFailure) in
        (sequence: row.integer(0), hasEnded: row.integer(1) == 1, url: row.optionalText(2))
      }
      guard let found = found.first else { return .unknown }
      guard let url = found.url else { return .noCallback }
      guard found.hasEnded else { return .jobLives }
      guard try outbox.receiver(of: found.sequence, &database) == nil else {
        return .scheduled
      }
      try outbox.release(found.sequence, &database)
      try outbox.enqueue(found.sequence, url, at: now, &database)
      return .scheduled
    }
  }
}
