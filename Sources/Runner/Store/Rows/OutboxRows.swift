import RunnerCore

/// The tables `callback`, `attempt` and `receiver`, within a transaction of the writer.
enum OutboxRows {
  static let scheduled: Int64 = 0
  static let delivered: Int64 = 1
  static let givenUp: Int64 = 2

  /// Whether the limit of deliveries is reached, in all or for the receiver of `url`.
  static func isFull(
    for url: String, _ promised: PromisedCallbacks, _ database: inout SQLDatabase
  ) throws(SQLFailure) -> Bool {
    let all = try database.scalar("SELECT pending FROM counters") ?? 0
    let name = CallbackURL.origin(of: url)
    let one = try database.scalar("SELECT pending FROM receiver WHERE name = ?", [.text(name)]) ?? 0
    return !OutboxLimits.haveRoom(pending: Int(all), pendingToReceiver: Int(one), promised)
  }

  /// Makes the delivery of an ended job pending.
  static func enqueue(
    _ sequence: Int64, _ url: String, at time: Timestamp, _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    let now = SQLValue.integer(time.microseconds)
    let numbers = try database.query(
      """
      INSERT INTO receiver (name, pending, failures, ready) VALUES (?, 1, 0, ?)
      ON CONFLICT (name) DO UPDATE SET
        pending = pending + 1, ready = max(coalesce(openUntil, 0), min(ready, excluded.ready))
      RETURNING id
      """, [.text(CallbackURL.origin(of: url)), now]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in row.integer(0) }
    try database.run(
      """
      INSERT INTO callback (sequence, state, receiver, pendingSince, due, tries)
      VALUES (?1, 0, ?2, ?3, ?3, 0)
      ON CONFLICT (sequence) DO UPDATE SET
        state = 0, receiver = excluded.receiver, pendingSince = excluded.pendingSince,
        due = excluded.due,
        tries = 0
      """, [.integer(sequence), .optional(numbers.first), now])
    try database.run("UPDATE counters SET pending = pending + 1")
  }

  /// - Returns: the receiver of a pending delivery; nil where none is pending.
  static func receiver(
    of sequence: Int64, _ database: inout SQLDatabase
  ) throws(SQLFailure) -> Int64? {
    try database.scalar(
      "SELECT receiver FROM callback WHERE sequence = ? AND receiver IS NOT NULL",
      [.integer(sequence)])
  }

  /// Sets the state of a delivery; one that is not pending any more leaves its job to retention.
  static func setState(
    _ sequence: Int64, of receiver: Int64, to state: CallbackState, _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    switch state {
    case .scheduled(let at):
      try database.run(
        "UPDATE callback SET due = ? WHERE sequence = ?",
        [.integer(at.microseconds), .integer(sequence)])
      try updateReadyTime(receiver, &database)
    case .delivered, .givenUp:
      try database.run(
        "UPDATE callback SET state = ?, receiver = NULL, due = NULL WHERE sequence = ?",
        [.integer(state == .delivered ? delivered : givenUp), .integer(sequence)])
      try decrementPending(receiver, &database)
      try RetentionIndexRows.add(sequence, &database)
    }
  }

  /// Removes a pending delivery, before its job is deleted.
  static func remove(_ sequence: Int64, _ database: inout SQLDatabase) throws(SQLFailure) {
    guard let receiver = try receiver(of: sequence, &database) else { return }
    try database.run(
      "UPDATE callback SET receiver = NULL, due = NULL WHERE sequence = ?", [.integer(sequence)])
    try decrementPending(receiver, &database)
  }

  /// Decrements the counts of pending deliveries.
  private static func decrementPending(
    _ receiver: Int64, _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    try database.run("UPDATE counters SET pending = pending - 1")
    try database.run(
      "UPDATE receiver SET pending = pending - 1 WHERE id = ?", [.integer(receiver)])
    try database.run(
      "DELETE FROM receiver WHERE id = ? AND pending <= 0", [.integer(receiver)])
    try updateReadyTime(receiver, &database)
  }

  /// Recomputes when a receiver is ready: the first due time, not before its breaker allows it.
  static func updateReadyTime(
    _ receiver: Int64, _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    try database.run(
      """
      UPDATE receiver SET ready = max(
        coalesce(openUntil, 0),
        coalesce((SELECT min(due) FROM callback WHERE receiver = receiver.id), openUntil, 0))
      WHERE id = ?
      """, [.integer(receiver)])
  }

  static func insertAttempt(
    _ attempt: CallbackAttempt, of sequence: Int64, _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    let last = try database.scalar(
      "SELECT max(number) FROM attempt WHERE sequence = ?", [.integer(sequence)])
    let number = (last ?? 0) + 1
    var (status, error): (Int64?, String?)
    switch attempt.result {
    case .answered(let code, _): status = Int64(code)
    case .failed(let fault): error = fault.rawValue
    }
    try database.run(
      """
      INSERT INTO attempt (sequence, number, started, milliseconds, status, error)
      VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(sequence), .integer(number), .integer(attempt.at.microseconds),
        .integer(Int64(attempt.milliseconds)), .optional(status), .optional(error),
      ])
    try database.run(
      "DELETE FROM attempt WHERE sequence = ? AND number <= ?",
      [.integer(sequence), .integer(number - Int64(CallbackAttempt.keptMax))])
    try database.run(
      "UPDATE callback SET tries = tries + 1 WHERE sequence = ?", [.integer(sequence)])
  }

  /// Updates the circuit breaker of a receiver by an attempt.
  static func updateBreaker(
    _ receiver: Int64, by attempt: CallbackAttempt, _ database: inout SQLDatabase
  ) throws(SQLFailure) {
    let found = try database.query(
      "SELECT failures, openUntil FROM receiver WHERE id = ?", [.integer(receiver)]
    ) { (row: borrowing SQLRow) throws(SQLFailure) in circuitBreaker(row, 0, 1) }
    let ended = attempt.at.adding(seconds: Double(attempt.milliseconds) / 1000)
    guard let old = found.first else { return }
    let new = old.recording(attempt.result, at: ended)
    guard new != old else { return }
    try database.run(
      "UPDATE receiver SET failures = ?, openUntil = ? WHERE id = ?",
      [
        .integer(Int64(new.failures)), .optional(new.openUntil?.microseconds),
        .integer(receiver),
      ])
  }

  static func circuitBreaker(
    _ row: borrowing SQLRow, _ failures: Int32, _ blocked: Int32
  ) -> CircuitBreaker {
    CircuitBreaker(
      failures: Int(row.integer(failures)),
      openUntil: row.optionalInteger(blocked).map { Timestamp(microseconds: $0) })
  }
}
