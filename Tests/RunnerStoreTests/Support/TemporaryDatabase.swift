import RunnerCore
import RunnerStore
import TestSupport

/// A database of a test's own, with the schema, in the cluster that all tests share.
struct TemporaryDatabase {
  /// The role of services, which owns nothing.
  static let role = "service"

  /// A database with the schema, which others are copies of.
  private static let template = Result {
    let cluster = try PostgreSQLCluster.shared.get()
    let name = try cluster.database()
    try cluster.sql("CREATE ROLE \(role) LOGIN")
    _ = try PostgreSQLStore.migrate(cluster.connectionString(name), for: role)
    return name
  }

  let cluster: PostgreSQLCluster
  let name: String

  /// - Throws: `TestFailure` where PostgreSQL is not installed or does not start.
  init() throws {
    cluster = try PostgreSQLCluster.shared.get()
    name = try cluster.database(copying: Self.template.get())
  }

  /// The connection string of the role of services.
  var connectionString: String { cluster.connectionString(name, user: Self.role) }

  /// Opens the store, as a process does at its start.
  func open(
    _ directory: TemporaryStateDirectory, node: String = "one", within seconds: Double = 60,
    through text: String? = nil, terms: LeaseTerms = SharedStoreConformanceTests.calm,
    _ retention: RetentionPolicy = .many
  ) throws -> PostgreSQLStore {
    try PostgreSQLStore(
      at: text ?? connectionString, node: node, host: "host", within: seconds,
      folder: directory.path, terms: terms, version: "1", retention: retention,
      log: directory.log, metrics: directory.metrics)
  }

  /// Ends all sessions of services, as a restart of the server does.
  func endSessions() throws {
    try cluster.sql(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        + "WHERE datname = '\(name)' AND usename = '\(Self.role)'")
  }
}
