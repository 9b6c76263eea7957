import Glibc
import Synchronization

/// A PostgreSQL server of the tests' own, on a socket in a folder of its own. As root it runs as
/// `nobody`, since initdb(1) and postgres(1) refuse root.
package final class PostgreSQLCluster: Sendable {
  /// The user who owns its databases.
  package static let owner = "owner"
  private static let user: UInt32 = 65_534

  /// Absolute path of the folder, which also has the socket.
  package let folder: String
  private let server: Mutex<Child?> = Mutex(nil)
  private let databaseCount = Atomic<Int>(0)
  private let isDurable: Bool

  /// The one that all tests of a run share, without fsync; gone with the process.
  package static let shared: Result<PostgreSQLCluster, any Error> = {
    let cluster = Result { try PostgreSQLCluster() }
    atexit {
      // Only where it was made.
      if let cluster = try? PostgreSQLCluster.shared.get() { cluster.remove() }
    }
    return cluster
  }()

  /// Makes and starts a server.
  ///
  /// - Parameter isDurable: whether it writes through to the disk.
  /// - Throws: `TestFailure` where PostgreSQL is not installed, or does not start.
  package init(isDurable: Bool = false) throws {
    self.isDurable = isDurable
    folder = try Self.newFolder()
    let (program, arguments) = try Self.command(
      "initdb",
      [
        "-D", folder + "/data", "-A", "trust", "-U", Self.owner, "--no-sync", "--locale=C",
        "--encoding=UTF8", "--no-instructions",
      ])
    let made = try CommandRun(program, arguments, folder: "/")
    guard made.ending == .exited(0) else { throw TestFailure("initdb: \(made.stderr)") }
    try start()
  }

  /// Makes and starts a standby that follows another server.
  ///
  /// - Throws: `TestFailure` where it does not start.
  package init(following primary: PostgreSQLCluster) throws {
    isDurable = primary.isDurable
    folder = try Self.newFolder()
    let (program, arguments) = try Self.command(
      "pg_basebackup",
      [
        "-h", primary.folder, "-U", Self.owner, "-D", folder + "/data", "-R", "-X", "stream",
        "--checkpoint=fast", "--no-sync",
      ])
    let made = try CommandRun(program, arguments, folder: "/")
    guard made.ending == .exited(0) else { throw TestFailure("pg_basebackup: \(made.stderr)") }
    try start()
  }

  /// Makes a primary of a standby, and waits until it takes writes.
  ///
  /// - Throws: `TestFailure` where it does not.
  package func promote() throws {
    guard try sql("SELECT pg_promote(true, \(Int(patienceSeconds)))") == "t\n" else {
      throw TestFailure("the standby was not promoted")
    }
  }

  /// Asks for the password of a role from now on, with SCRAM.
  ///
  /// - Throws: `TestFailure` where the server does not read its rules again.
  package func demandPassword(of role: String) throws {
    let path = folder + "/data/pg_hba.conf"
    guard let rules = Files.bytes(of: path) else { throw TestFailure("no \(path)") }
    let rule = Array("local all \(role) scram-sha-256\n".utf8)
    let loaded = try sql("SELECT pg_conf_load_time()")
    try Files.write(rule + rules, to: path, mode: 0o600)
    try sql("SELECT pg_reload_conf()")
    try waiting(until: "the rules to be read") { try sql("SELECT pg_conf_load_time()") != loaded }
  }

  private static func newFolder() throws -> String {
    let folder = "/tmp/http-runner-pg-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try Files.makeFolder(folder, mode: 0o700)
    if geteuid() == 0 { try Files.setOwner(user, user, of: folder) }
    return folder
  }

  /// Starts the server, and waits until it takes connections.
  ///
  /// - Throws: `TestFailure` where it does not.
  package func start() throws {
    let (program, arguments) = try Self.command(
      "postgres",
      [
        "-D", folder + "/data", "-k", folder, "-c", "listen_addresses=",
        "-c", "shared_buffers=16MB", "-c", "fsync=\(isDurable ? "on" : "off")",
        "-c", "max_connections=200",
        "-c", "autovacuum=off", "-c", "logging_collector=off",
      ])
    // Left by a server that was killed.
    unsafe unlink(folder + "/.s.PGSQL.5432.lock")
    let child = try Child(program, arguments, folder: "/")
    server.withLock { $0 = child }
    let (asked, question) = try Self.command(
      "psql", ["-h", folder, "-U", Self.owner, "-d", "postgres", "-c", ""])
    try waiting(until: "the database to take connections") {
      try CommandRun(asked, question, folder: "/").ending == .exited(0)
    }
  }

  /// Ends the server with a signal (SIGINT: fast, SIGQUIT: immediate, SIGKILL), and waits for that.
  ///
  /// - Throws: `TestFailure` where it does not end.
  package func stop(_ signal: Int32) throws {
    guard let child = server.withLock({ $0.take() }) else { return }
    child.send(signal)
    _ = try child.wait()
  }

  /// A new, empty database.
  ///
  /// - Parameter template: a database that it is a copy of, which nobody is connected to.
  /// - Returns: its name.
  /// - Throws: `TestFailure` where it cannot be made.
  package func database(copying template: String = "template0") throws -> String {
    let name = "test\(databaseCount.add(1, ordering: .relaxed).newValue)"
    try sql("CREATE DATABASE \(name) TEMPLATE \(template)")
    return name
  }

  /// The connection string of a database.
  package func connectionString(_ database: String, user: String = owner) -> String {
    "host=\(folder) user=\(user) dbname=\(database)"
  }

  /// Runs SQL, by psql(1).
  ///
  /// - Returns: what it prints, a line each row.
  /// - Throws: `TestFailure` with what the server says.
  @discardableResult
  package func sql(_ text: String, in database: String = "postgres") throws -> String {
    let (program, arguments) = try Self.command(
      "psql",
      [
        "-h", folder, "-U", Self.owner, "-d", database, "-qAt", "-v", "ON_ERROR_STOP=1", "-c", text,
      ])
    let run = try CommandRun(program, arguments, folder: "/")
    guard run.ending == .exited(0) else { throw TestFailure("psql: \(run.stderr)") }
    return run.stdout
  }

  /// Ends the server and removes the folder.
  package func remove() {
    try? stop(SIGQUIT)
    _ = try? CommandRun("/bin/rm", ["-rf", folder])
  }

  /// A program of PostgreSQL with its arguments, as a user that it accepts.
  private static func command(
    _ name: String, _ arguments: [String]
  ) throws -> (program: String, arguments: [String]) {
    let version = (Files.entries(of: "/usr/lib/postgresql") ?? []).compactMap { Int($0) }.max()
    guard let version else { throw TestFailure("PostgreSQL is not installed") }
    let program = "/usr/lib/postgresql/\(version)/bin/\(name)"
    guard geteuid() == 0 else { return (program, arguments) }
    return (
      "/usr/bin/setpriv",
      ["--reuid=\(user)", "--regid=\(user)", "--clear-groups", "--", program] + arguments
    )
  }
}
