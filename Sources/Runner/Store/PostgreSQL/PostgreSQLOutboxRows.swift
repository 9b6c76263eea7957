import PostgreSQLBase
import RunnerCore

/// The tables `callback`, `attempt` and `receiver`, and the counters and the index of retention,
/// within a transaction of the writer.
enum PostgreSQLOutboxRows {
  /// Whether the limit of deliveries is reached, in all or for the receiver of `url`.
  static func isFull(
    for url: String, _ promised: PromisedCallbacks, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> Bool {
    let all = try database.scalar("SELECT pending FROM counters") ?? 0
    let one = try database.scalar(
      "SELECT pending FROM receiver WHERE name = $1", [.text(CallbackURL.origin(of: url))])
    return !OutboxLimits.haveRoom(pending: Int(all), pendingToReceiver: Int(one ?? 0), promised)
  }

  /// Makes the delivery of an ended job pending.
  static func enqueue(
    _ sequence: Int64, _ url: String, at time: Timestamp, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let now = PostgreSQLValue.integer(time.microseconds)
    let receiver = try database.scalar(
      """
      INSERT INTO receiver (name, pending, failures, ready) VALUES ($1, 1, 0, $2)
      ON CONFLICT (name) DO UPDATE SET pending = receiver.pending + 1,
        ready = greatest(coalesce(receiver.openUntil, 0), least(receiver.ready, excluded.ready))
      RETURNING id
      """, [.text(CallbackURL.origin(of: url)), now])
    try database.run(
      """
      INSERT INTO callback (sequence, state, receiver, pendingSince, due, tries)
      VALUES ($1, 0, $2, $3, $3, 0)
      ON CONFLICT (sequence) DO UPDATE SET
        state = 0, receiver = excluded.receiver, pendingSince = excluded.pendingSince,
        due = excluded.due, tries = 0
      """, [.integer(sequence), .optional(receiver), now])
    try database.run("UPDATE counters SET pending = pending + 1")
  }

  /// - Returns: the receiver of a pending delivery; nil where none is pending.
  static func receiver(
    of sequence: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> Int64? {
    try database.scalar(
      "SELECT receiver FROM callback WHERE sequence = $1 AND receiver IS NOT NULL",
      [.integer(sequence)])
  }

  /// Sets the state of a delivery; one that is not pending any more leaves its job to retention.
  static func setState(
    _ sequence: Int64, of receiver: Int64, to state: CallbackState,
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    switch state {
    case .scheduled(let at):
      try database.run(
        "UPDATE callback SET due = $1 WHERE sequence = $2",
        [.integer(at.microseconds), .integer(sequence)])
      try updateReadyTime(receiver, &database)
    case .delivered, .givenUp:
      try database.run(
        "UPDATE callback SET state = $1::int8, receiver = NULL, due = NULL WHERE sequence = $2",
        [
          .integer(state == .delivered ? OutboxRows.delivered : OutboxRows.givenUp),
          .integer(sequence),
        ])
      try decrementPending(receiver, &database)
      try retain(sequence, &database)
    }
  }

  private static func decrementPending(
    _ receiver: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    try database.run("UPDATE counters SET pending = pending - 1")
    try database.run(
      "UPDATE receiver SET pending = pending - 1 WHERE id = $1", [.integer(receiver)])
    try database.run("DELETE FROM receiver WHERE id = $1 AND pending <= 0", [.integer(receiver)])
    try updateReadyTime(receiver, &database)
  }

  /// Recomputes when a receiver is ready: the first due time, not before its breaker allows it.
  static func updateReadyTime(
    _ receiver: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    try database.run(
      """
      UPDATE receiver SET ready = greatest(
        coalesce(openUntil, 0),
        coalesce(
          (SELECT min(due) FROM callback WHERE callback.receiver = receiver.id), openUntil, 0))
      WHERE id = $1
      """, [.integer(receiver)])
  }

  static func insertAttempt(
    _ attempt: CallbackAttempt, of sequence: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let last = try database.scalar(
      "SELECT max(number) FROM attempt WHERE sequence = $1", [.integer(sequence)])
    let number = (last ?? 0) + 1
    var (status, error): (Int64?, String?)
    switch attempt.result {
    case .answered(let code, _): status = Int64(code)
    case .failed(let fault): error = fault.rawValue
    }
    try database.run(
      """
      INSERT INTO attempt (sequence, number, started, milliseconds, status, error)
      VALUES ($1, $2, $3, $4, $5, $6)
      """,
      [
        .integer(sequence), .integer(number), .integer(attempt.at.microseconds),
        .integer(Int64(attempt.milliseconds)), .optional(status), .optional(error),
      ])
    try database.run(
      "DELETE FROM attempt WHERE sequence = $1 AND number <= $2",
      [.integer(sequence), .integer(number - Int64(CallbackAttempt.keptMax))])
    try database.run(
      "UPDATE callback SET tries = tries + 1 WHERE sequence = $1", [.integer(sequence)])
  }

  /// Updates the circuit breaker of a receiver by an attempt.
  static func updateBreaker(
    _ receiver: Int64, by attempt: CallbackAttempt, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let found = try database.query(
      "SELECT failures, openUntil FROM receiver WHERE id = $1", [.integer(receiver)]
    ) { (row) throws(PostgreSQLFailure) in circuitBreaker(row, 0, 1) }
    let ended = attempt.at.adding(seconds: Double(attempt.milliseconds) / 1000)
    guard let old = found.first else { return }
    let new = old.recording(attempt.result, at: ended)
    guard new != old else { return }
    try database.run(
      "UPDATE receiver SET failures = $1, openUntil = $2 WHERE id = $3",
      [
        .integer(Int64(new.failures)), .optional(new.openUntil?.microseconds), .integer(receiver),
      ])
  }

  static func circuitBreaker(
    _ row: borrowing PostgreSQLRow, _ failures: Int32, _ blocked: Int32
  ) -> CircuitBreaker {
    CircuitBreaker(
      failures: Int(row.integer(failures)),
      openUntil: row.optionalInteger(blocked).map { Timestamp(microseconds: $0) })
  }

  // MARK: Retention

  /// Adds an ended job without a pending delivery to those that retention may purge.
  static func retain(
    _ sequence: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    try database.run(
      """
      WITH added AS (
        INSERT INTO retention (finished, sequence, bytes)
        SELECT finished, sequence, stdoutKept + stderrKept + filesKept FROM ending
        WHERE sequence = $1 RETURNING bytes)
      UPDATE counters SET ended = ended + 1, bytes = counters.bytes + added.bytes FROM added
      """, [.integer(sequence)])
  }

  /// Removes a job from them; does nothing where it is not among them.
  static func release(
    _ sequence: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    try database.run(
      """
      WITH removed AS (DELETE FROM retention WHERE sequence = $1 RETURNING bytes)
      UPDATE counters SET ended = ended - 1, bytes = counters.bytes - removed.bytes FROM removed
      """, [.integer(sequence)])
  }

  /// Deletes jobs, with all that belongs to them.
  static func delete(
    _ sequences: [Int64], _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    for sequence in sequences {
      if let receiver = try receiver(of: sequence, &database) {
        try database.run(
          "UPDATE callback SET receiver = NULL, due = NULL WHERE sequence = $1",
          [.integer(sequence)])
        try decrementPending(receiver, &database)
      }
      try release(sequence, &database)
      try database.run(
        """
        UPDATE principal SET keptBytes = keptBytes - ending.stdoutKept - ending.stderrKept
          - ending.filesKept
        FROM job JOIN ending USING (sequence)
        WHERE job.sequence = $1 AND principal.name = job.client
        """, [.integer(sequence)])
      try database.run("DELETE FROM job WHERE sequence = $1", [.integer(sequence)])
    }
  }
}
