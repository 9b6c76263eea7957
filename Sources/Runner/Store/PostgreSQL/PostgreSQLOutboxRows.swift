import PostgreSQLBase
import RunnerCore

/// The tables `callback`, `attempt` and `receiver`, and the counters and the index of retention,
/// within a transaction of the writer.
///
/// Receivers are a node's own, and so are the rows of counters: two nodes that end jobs at one time
/// wait for no common row. A sum over the nodes is right, though a job may be counted by one of
/// them and deleted by another, whose count falls below zero.
struct PostgreSQLOutboxRows: Sendable {
  /// Name of this node.
  let node: String
  /// Number of this service.
  let boot: Int64

  /// Whether the limit of deliveries is reached, in all or for the receiver of `url`.
  func isFull(
    for url: String, _ promised: PromisedCallbacks, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> Bool {
    let all = try database.scalar("SELECT sum(pending)::int8 FROM tally") ?? 0
    let one = try database.scalar(
      "SELECT sum(pending)::int8 FROM receiver WHERE name = $1",
      [.text(CallbackURL.origin(of: url))])
    return !OutboxLimits.haveRoom(pending: Int(all), pendingToReceiver: Int(one ?? 0), promised)
  }

  /// Makes the delivery of an ended job pending.
  func enqueue(
    _ sequence: Int64, _ url: String, at time: Timestamp, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let now = PostgreSQLValue.integer(time.microseconds)
    let receiver = try database.scalar(
      """
      INSERT INTO receiver (home, name, pending, failures, ready) VALUES ($3, $1, 1, 0, $2)
      ON CONFLICT (home, name) DO UPDATE SET pending = receiver.pending + 1,
        ready = greatest(coalesce(receiver.openUntil, 0), least(receiver.ready, excluded.ready))
      RETURNING id
      """, [.text(CallbackURL.origin(of: url)), now, .integer(boot)])
    try database.run(
      """
      INSERT INTO callback (sequence, state, receiver, pendingSince, due, tries)
      VALUES ($1, 0, $2, $3, $3, 0)
      ON CONFLICT (sequence) DO UPDATE SET
        state = 0, receiver = excluded.receiver, pendingSince = excluded.pendingSince,
        due = excluded.due, tries = 0
      """, [.integer(sequence), .optional(receiver), now])
    try count(pending: 1, &database)
  }

  /// Adds to this node's row of counters.
  private func count(
    ended: Int64 = 0, bytes: Int64 = 0, pending: Int64 = 0,
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    try database.run(
      """
      INSERT INTO tally (node, ended, bytes, pending) VALUES ($1, $2, $3, $4)
      ON CONFLICT (node) DO UPDATE SET ended = tally.ended + excluded.ended,
        bytes = tally.bytes + excluded.bytes, pending = tally.pending + excluded.pending
      """, [.text(node), .integer(ended), .integer(bytes), .integer(pending)])
  }

  /// Adds to what the ended jobs of a client keep.
  func keep(
    _ bytes: Int64, of client: String, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    guard bytes != 0 else { return }
    try database.run(
      """
      INSERT INTO kept (client, node, bytes) VALUES ($1, $2, $3)
      ON CONFLICT (client, node) DO UPDATE SET bytes = kept.bytes + excluded.bytes
      """, [.text(client), .text(node), .integer(bytes)])
  }

  /// The delivery is locked: another node may be taking it over, or delete its job.
  ///
  /// - Returns: the receiver of a pending delivery; nil where none is pending.
  func receiver(
    of sequence: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> Int64? {
    try database.scalar(
      "SELECT receiver FROM callback WHERE sequence = $1 AND receiver IS NOT NULL FOR UPDATE",
      [.integer(sequence)])
  }

  /// Sets the state of a delivery; one that is not pending any more leaves its job to retention.
  func setState(
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

  private func decrementPending(
    _ receiver: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    try count(pending: -1, &database)
    try database.run(
      "UPDATE receiver SET pending = pending - 1 WHERE id = $1", [.integer(receiver)])
    try database.run("DELETE FROM receiver WHERE id = $1 AND pending <= 0", [.integer(receiver)])
    try updateReadyTime(receiver, &database)
  }

  /// Recomputes when a receiver is ready: the first due time, not before its breaker allows it.
  func updateReadyTime(
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

  func insertAttempt(
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
  func updateBreaker(
    _ receiver: Int64, by attempt: CallbackAttempt, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let found = try database.query(
      "SELECT failures, openUntil FROM receiver WHERE id = $1", [.integer(receiver)]
    ) { (row) throws(PostgreSQLFailure) in Self.circuitBreaker(row, 0, 1) }
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
  func retain(
    _ sequence: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let bytes = try database.scalar(
      """
      INSERT INTO retention (finished, sequence, bytes)
      SELECT finished, sequence, stdoutKept + stderrKept + filesKept FROM ending
      WHERE sequence = $1 RETURNING bytes
      """, [.integer(sequence)])
    if let bytes { try count(ended: 1, bytes: bytes, &database) }
  }

  /// Removes a job from them; does nothing where it is not among them.
  func release(
    _ sequence: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let bytes = try database.scalar(
      "DELETE FROM retention WHERE sequence = $1 RETURNING bytes", [.integer(sequence)])
    if let bytes { try count(ended: -1, bytes: -bytes, &database) }
  }

  /// Deletes jobs, with all that belongs to them.
  func delete(
    _ sequences: [Int64], _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    for sequence in sequences {
      // Two nodes may do this at one time: it is of the one that has the row.
      let found = try database.query(
        "SELECT client FROM job WHERE sequence = $1 FOR UPDATE", [.integer(sequence)]
      ) { (row) throws(PostgreSQLFailure) in row.text(0) }
      guard let client = found.first else { continue }
      if let receiver = try receiver(of: sequence, &database) {
        try database.run(
          "UPDATE callback SET receiver = NULL, due = NULL WHERE sequence = $1",
          [.integer(sequence)])
        try decrementPending(receiver, &database)
      }
      try release(sequence, &database)
      let bytes = try database.scalar(
        "SELECT stdoutKept + stderrKept + filesKept FROM ending WHERE sequence = $1",
        [.integer(sequence)])
      try keep(-(bytes ?? 0), of: client, &database)
      try database.run("DELETE FROM job WHERE sequence = $1", [.integer(sequence)])
    }
  }

  // MARK: Take-over

  /// Makes the receivers of a former service this one's, with what is pending for them.
  ///
  /// - Returns: whether there were any.
  @discardableResult func adoptReceivers(
    of former: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> Bool {
    let theirs = try database.query(
      "SELECT id FROM receiver WHERE home = $1 ORDER BY id FOR UPDATE", [.integer(former)]
    ) { (row) throws(PostgreSQLFailure) in row.integer(0) }
    for receiver in theirs {
      let own = try database.scalar(
        """
        INSERT INTO receiver (home, name, pending, failures, openUntil, ready)
        SELECT $2, name, 0, failures, openUntil, ready FROM receiver WHERE id = $1
        ON CONFLICT (home, name) DO UPDATE SET ready = least(receiver.ready, excluded.ready)
        RETURNING id
        """, [.integer(receiver), .integer(boot)])
      let moved = try database.run(
        "UPDATE callback SET receiver = $2 WHERE receiver = $1",
        [.integer(receiver), .optional(own)])
      try database.run(
        "UPDATE receiver SET pending = pending + $2 WHERE id = $1",
        [.optional(own), .integer(Int64(moved))])
      try database.run("DELETE FROM receiver WHERE id = $1", [.integer(receiver)])
      if let own { try updateReadyTime(own, &database) }
    }
    return !theirs.isEmpty
  }
}
