import Glibc
import PostgreSQLBase
import RunnerCore

/// How a store connects: to one database, of one version of the schema, under the name of a node.
///
/// A service holds an advisory lock of its name in the session that writes, so that a second one of
/// that name is refused while the first is there. Each service raises `boot` of its name: one that
/// was away, and finds another number there, has lost its jobs to others.
final class PostgreSQLSession: Sendable {
  /// Seconds for which an operation is held while no connection can be made.
  static let patienceSeconds = 2.0
  /// Seconds that a connection has at least.
  private static let connectSecondsMin = 0.2

  let settings: PostgreSQLSettings
  /// This node.
  let node: PostgreSQLNode
  let terms: LeaseTerms
  let known: KnownDatabase

  init(
    settings: PostgreSQLSettings, node: PostgreSQLNode, terms: LeaseTerms, known: KnownDatabase
  ) {
    self.settings = settings
    self.node = node
    self.terms = terms
    self.known = known
  }

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
    guard known.isSame(found) else {
      throw PostgreSQLFailure(
        .statement(state: "55000"),
        "It is another database than the one that the state folder belongs to: files there are of "
          + "jobs that this one does not know. Name that database, or another folder with --state.")
    }
    try requireNewest(&database)
    return database
  }

  /// Refuses a server of an older history: one that came back after a standby took its place.
  private func requireNewest(
    _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) {
    let found = Int64(try Self.timeline(of: &database), radix: 16) ?? 0
    guard known.isNewest(found) else {
      throw PostgreSQLFailure(
        .connection,
        "The server has an older timeline than one that was here before: it is no primary any "
          + "more, though it takes writes.")
    }
  }

  /// What each transaction of a service begins with.
  func fence(_ boot: Int64) -> String { PostgreSQLNodeRows.fence(node.name, boot) }

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
      "SELECT pg_try_advisory_lock(1752329582, hashtext($1::text))", [.text(node.name)])
    guard isOurs == 1 else { return nil }
    guard let boot else {
      boot = try PostgreSQLNodeRows.register(node, terms, &database)
      return database
    }
    let found = try database.scalar("SELECT boot FROM node WHERE name = $1", [.text(node.name)])
    guard found == boot else { throw .takenOver(node.name) }
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
