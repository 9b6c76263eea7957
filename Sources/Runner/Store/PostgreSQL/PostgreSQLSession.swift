import Glibc
import PostgreSQLBase
import RunnerCore
import Synchronization

/// How a store connects: to one database, of one version of the schema, under the name of a node.
///
/// A service holds an advisory lock of its name in the session that writes, so that a second one of
/// that name is refused while the first is there. Each service raises `boot` of its name: one that
/// was away, and finds another number there, has lost its jobs to the other.
final class PostgreSQLSession: Sendable {
  /// Seconds for which an operation is held while no connection can be made.
  static let patienceSeconds = 2.0
  /// Seconds that a connection has at least.
  private static let connectSecondsMin = 0.2

  let settings: PostgreSQLSettings
  /// Name of this node.
  let node: String
  /// Identity of the database: that of the state folder, else of the first session.
  private let known: Mutex<String?>

  /// - Parameter identity: that of the database which the state folder belongs to; nil for a folder
  ///   that belongs to none yet.
  init(settings: PostgreSQLSettings, node: String, identity: String?) {
    self.settings = settings
    self.node = node
    known = Mutex(identity)
  }

  /// Identity of the database; nil before the first session.
  var identity: String? { known.withLock(\.self) }

  /// Opens a session of the one database, whose schema this program knows.
  ///
  /// - Parameter deadline: when it is not tried any more.
  func open(
    until deadline: ContinuousClock.Instant
  ) throws(PostgreSQLFailure) -> PostgreSQLConnection {
    var settings = settings
    let left = (deadline - .now).inSeconds
    settings.connectSeconds = max(Self.connectSecondsMin, min(settings.connectSeconds, left))
    var database = try PostgreSQLConnection.open(settings)
    let version = try PostgreSQLSchema.version(&database)
    guard version == PostgreSQLSchema.steps.count else {
      throw PostgreSQLFailure(
        .statement(state: "55000"),
        "The schema http_runner of the database has version \(version), and this program needs "
          + "\(PostgreSQLSchema.steps.count): http-runner store migrate, as its owner.")
    }
    let found = try PostgreSQLSchema.identity(&database)
    let isKnown = known.withLock { known in
      if known == nil { known = found }
      return known == found
    }
    guard isKnown else {
      throw PostgreSQLFailure(
        .statement(state: "55000"),
        "It is another database than the one that the state folder belongs to: files there are of "
          + "jobs that this one does not know. Name that database, or another folder with --state.")
    }
    return database
  }

  /// Opens the session that writes.
  ///
  /// - Parameters:
  ///   - boot: the number of this service; nil before it has one: then it gets the next.
  ///   - deadline: when it is not tried any more.
  /// - Returns: nil where another service has the name.
  func openWriting(
    _ boot: inout Int64?, until deadline: ContinuousClock.Instant
  ) throws(PostgreSQLFailure) -> PostgreSQLConnection? {
    var database = try open(until: deadline)
    let isOurs = try database.scalar(
      "SELECT pg_try_advisory_lock(1752329582, hashtext($1::text))", [.text(node)])
    guard isOurs == 1 else { return nil }
    if let boot {
      let found = try database.scalar("SELECT boot FROM node WHERE name = $1", [.text(node)])
      guard found == boot else { throw .takenOver(node) }
      return database
    }
    let other = try database.query("SELECT name FROM node WHERE name <> $1", [.text(node)]) {
      (row) throws(PostgreSQLFailure) in row.text(0)
    }.first
    if let other {
      throw PostgreSQLFailure(
        .statement(state: "55000"),
        "The database belongs to the node \(other): this version has one node a database. Start "
          + "it with --node \(other).")
    }
    boot = try database.scalar(
      """
      INSERT INTO node (name, boot, started) VALUES ($1, nextval('boot'), clock_timestamp())
      ON CONFLICT (name) DO UPDATE SET boot = excluded.boot, started = excluded.started
      RETURNING boot
      """, [.text(node)])
    return database
  }

  /// The history of the server that the next commit is in, which is a new one after each promotion
  /// of a standby.
  static func timeline(of database: inout PostgreSQLConnection) throws(PostgreSQLFailure) -> String
  {
    try database.query("SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)") {
      (row) throws(PostgreSQLFailure) in row.text(0)
    }.first ?? ""
  }

  /// Waits before the next try to connect: full jitter, at most 0.1 s first and 1 s in the end.
  static func pause(after tries: Int = 0) {
    usleep(UInt32.random(in: 10_000...min(1_000_000, 100_000 << min(tries, 4))))
  }
}
