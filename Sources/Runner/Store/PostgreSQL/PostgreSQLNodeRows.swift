import PostgreSQLBase
import RunnerCore

/// The tables `node` and `former`: who lives, and whose jobs are to be adopted.
enum PostgreSQLNodeRows {
  /// States of a node.
  private static let (active, draining, stopped, lost) = (0, 1, 2, 3)

  /// Begins a transaction of a service, which fails where its name is not its own any more: until
  /// it ends, its jobs are adopted by none.
  static func fence(_ name: String, _ boot: Int64) -> String {
    let quoted = name.split(separator: "'", omittingEmptySubsequences: false)
      .joined(separator: "''")
    return "FROM http_runner.node WHERE name = '\(quoted)' AND boot = \(boot) FOR KEY SHARE"
  }

  /// Takes the name of a node, with the jobs of the services that had it before.
  ///
  /// - Returns: the number of this service.
  /// - Throws: `PostgreSQLFailure` where a service on another host has the name.
  static func register(
    _ node: PostgreSQLNode, _ terms: LeaseTerms, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> Int64 {
    try database.execute("BEGIN")
    try database.run(
      """
      INSERT INTO node (name, boot, started) VALUES ($1, 0, clock_timestamp())
      ON CONFLICT DO NOTHING
      """, [.text(node.name)])
    let found = try database.query(
      """
      SELECT boot, coalesce(host = sha256(convert_to($2, 'UTF8')), true),
        leaseUntil > clock_timestamp() AND state < \(stopped), state < \(stopped)
      FROM node WHERE name = $1 FOR UPDATE
      """, [.text(node.name), .text(node.host)]
    ) { (row) throws(PostgreSQLFailure) in
      (
        boot: row.integer(0), isOurHost: row.integer(1) == 1, isAlive: row.integer(2) == 1,
        isLost: row.integer(3)
      )
    }.first
    if let found, found.isAlive, !found.isOurHost {
      throw PostgreSQLFailure(
        .connection,
        "The node \(node.name) lives on another host, or with another state folder: stop it there, "
          + "or use another name, --node. If it is gone for ever, its lease is over within "
          + "\(terms.length / 1_000_000) s.")
    }
    let boot =
      try database.scalar(
        """
        UPDATE node SET boot = nextval('boot'), started = clock_timestamp(),
          host = sha256(convert_to($2, 'UTF8')), version = $3, state = \(active),
          leaseUntil = clock_timestamp() + $4::int8 * interval '1 microsecond'
        WHERE name = $1 RETURNING boot
        """,
        [.text(node.name), .text(node.host), .text(node.version), .integer(terms.length)]) ?? 0
    let former = try database.query(
      "DELETE FROM former WHERE node = $1 RETURNING boot, isLost", [.text(node.name)]
    ) { (row) throws(PostgreSQLFailure) in (boot: row.integer(0), isLost: row.integer(1)) }
    for old in [(boot: found?.boot ?? 0, isLost: found?.isLost ?? 0)] + former {
      try take(from: old.boot, losses: old.isLost, for: node.name, boot, &database)
    }
    try database.execute("COMMIT")
    return boot
  }

  /// Gives all jobs of a former service to a new one of the same name. Their epochs stay: the
  /// former one is refused by its number.
  ///
  /// - Parameter losses: 1 where it was lost while it ran them, 0 where it ended by its will.
  private static func take(
    from old: Int64, losses: Int64, for node: String, _ boot: Int64,
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let values: [PostgreSQLValue] = [.integer(old), .integer(boot)]
    try database.run(
      "UPDATE run SET boot = $2, losses = losses + $3::int8 WHERE boot = $1",
      values + [.integer(losses)])
    // 0 is no service: such jobs wait for any that claims them, where they are in a lane.
    try database.run("UPDATE ready SET home = $1 WHERE home = 0 AND lane IS NULL", [values[1]])
    guard old != 0 else { return }
    try database.run("UPDATE ready SET home = $2 WHERE home = $1", values)
    try database.run("DELETE FROM departed WHERE home = $1", [.integer(old)])
    try PostgreSQLOutboxRows(node: node, boot: boot).adoptReceivers(of: old, &database)
  }

  /// - Throws: `PostgreSQLFailure.leaseOver` where the lease of a service does not hold.
  static func requireLease(
    _ boot: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let found = try database.scalar(
      "SELECT 1 FROM node WHERE boot = $1 AND leaseUntil > clock_timestamp()", [.integer(boot)])
    guard found != nil else { throw .leaseOver }
  }

  /// What a renewal of the lease has shown.
  struct LeaseState: Sendable {
    /// False where the service has lost its name or its lease.
    let isRenewed: Bool
    let era: DatabaseEra
    /// Whether jobs are to be adopted.
    let hasFormer: Bool
    let peers: [PeerLease]
  }

  /// Renews the lease of a service. The mark of its row is another one after each renewal.
  static func renew(
    _ name: String, _ boot: Int64, _ terms: LeaseTerms, isDraining: Bool,
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> LeaseState? {
    let found = try database.query(
      """
      WITH renewed AS (
        UPDATE node SET state = \(isDraining ? draining : active),
          leaseUntil = greatest(leaseUntil + interval '1 microsecond',
            clock_timestamp() + $3::int8 * interval '1 microsecond')
        WHERE name = $1 AND boot = $2 RETURNING 1)
      SELECT (SELECT count(*) FROM renewed), (SELECT system_identifier FROM pg_control_system()),
        ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int8,
        (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::int8,
        EXISTS (SELECT FROM former) OR EXISTS (SELECT FROM ready WHERE home = 0)
      """, [.text(name), .integer(boot), .integer(terms.length)]
    ) { (row) throws(PostgreSQLFailure) in
      (
        count: row.integer(0),
        era: DatabaseEra(
          system: UInt64(bitPattern: row.integer(1)),
          timeline: UInt32(truncatingIfNeeded: row.integer(2)),
          started: row.integer(3)),
        hasFormer: row.integer(4) == 1
      )
    }.first
    let peers = try database.query(
      """
      SELECT name, boot, (extract(epoch FROM leaseUntil) * 1000000)::int8 FROM node
      WHERE name <> $1 AND state < \(stopped)
      """, [.text(name)]
    ) { (row) throws(PostgreSQLFailure) in
      PeerLease(node: row.text(0), boot: row.integer(1), mark: row.integer(2))
    }
    return found.map {
      LeaseState(isRenewed: $0.count == 1, era: $0.era, hasFormer: $0.hasFormer, peers: peers)
    }
  }

  /// Ends the life of a node whose lease is over, where it is still as it was seen: each write that
  /// its service makes from now on is refused, and what is under way is waited for by the next try.
  ///
  /// - Returns: whether its jobs are to be adopted now.
  static func takeOver(
    _ peer: PeerLease, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> Bool {
    try database.run(
      """
      WITH seen AS (
        SELECT name, boot FROM node WHERE name = $1 AND boot = $2 AND state < \(stopped)
          AND (extract(epoch FROM leaseUntil) * 1000000)::int8 = $3
        FOR UPDATE SKIP LOCKED),
      gone AS (INSERT INTO former (boot, node, isLost) SELECT boot, name, 1 FROM seen)
      UPDATE node SET boot = nextval('boot'), state = \(lost) FROM seen
      WHERE node.name = seen.name AND node.boot = seen.boot
      """, [.text(peer.node), .integer(peer.boot), .integer(peer.mark)]) == 1
  }

  /// Ends the life of a service by its own will. Nothing of it is written after that.
  static func leave(
    _ name: String, _ boot: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    try database.run(
      """
      WITH gone AS (
        UPDATE node SET boot = nextval('boot'), state = \(stopped), leaseUntil = clock_timestamp()
        WHERE name = $1 AND boot = $2 RETURNING name)
      INSERT INTO former (boot, node, isLost) SELECT $2, name, 0 FROM gone
      """, [.text(name), .integer(boot)])
  }
}
