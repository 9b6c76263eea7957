import Glibc
import TestSupport
import Testing

@testable import PostgreSQLBase

/// Connections to a server of the tests' own.
@Suite(.timeLimit(.minutes(30)))
struct PostgreSQLConnectionTests {
  private func settings(_ more: String = "") throws -> PostgreSQLSettings {
    let cluster = try PostgreSQLCluster.shared.get()
    return try PostgreSQLSettings(cluster.connectionString("postgres") + " " + more)
  }

  private func open() throws -> PostgreSQLConnection { try .open(settings()) }

  @Test func `values come back as they were sent, byte for byte`() throws {
    var connection = try open()
    let bytes = (0...255).map { UInt8($0) }
    for number in [0, 1, -1, .max, .min, 1 << 40] as [Int64] {
      let found = try connection.query(
        "SELECT $1::int8, $2::bytea, $3::text, $4::int8, ($1 % 100)::int2",
        [.integer(number), .bytes(bytes), .text("ä€𝄞'\"\\"), .null]
      ) { (row) throws(PostgreSQLFailure) in
        #expect(row.integer(0) == number && row.blob(1) == bytes)
        #expect(row.text(2) == "ä€𝄞'\"\\" && row.isNull(3) && !row.isNull(0))
        return row.integer(4)
      }
      #expect(found == [number % 100])
    }
    let isNull = try connection.scalar("SELECT $1::bytea IS NULL", [.bytes([])])
    #expect(isNull == 0, "empty, not NULL")
  }

  @Test func `a statement that fails says why, and the connection goes on`() throws {
    var connection = try open()
    do throws(PostgreSQLFailure) {
      try connection.execute("SELEKT 1")
      Issue.record("what is no SQL succeeded")
    } catch {
      #expect(error.kind == .statement(state: "42601"))
    }
    do throws(PostgreSQLFailure) {
      _ = try connection.run("SELECT $1::int8 / 0", [.integer(1)])
      Issue.record("a division by zero succeeded")
    } catch {
      #expect(error.kind == .statement(state: "22012") && !error.isConnectionLost)
      #expect(error.message.contains("division by zero") && !error.message.contains("\n"))
    }
    let seven = try connection.scalar("SELECT 7")
    #expect(seven == 7)
    let isLost = connection.isLost
    #expect(!isLost)
    let tag = try connection.execute("BEGIN; SELECT 1; ROLLBACK")
    #expect(tag == "ROLLBACK")
  }

  // Proves P-674.
  @Test func `a connection that the server ends is lost, and says so at once`() throws {
    var connection = try open()
    let process = try connection.scalar("SELECT pg_backend_pid()::int8") ?? 0
    try PostgreSQLCluster.shared.get().sql("SELECT pg_terminate_backend(\(process), 5000)")
    do throws(PostgreSQLFailure) {
      _ = try connection.scalar("SELECT 1")
      Issue.record("a dead connection answered")
    } catch {
      #expect(error.isConnectionLost)
    }
    let isLost = connection.isLost
    #expect(isLost)
  }

  // Proves P-674.
  @Test func `a server that does not answer is given up at the deadline`() throws {
    var settings = try settings()
    settings.statementSeconds = 0.2
    var connection = try PostgreSQLConnection.open(settings)
    let start = ContinuousClock.now
    do throws(PostgreSQLFailure) {
      try connection.execute("SELECT pg_sleep(20)")
      Issue.record("it was waited for")
    } catch {
      #expect(error.kind == .connection && error.isConnectionLost)
    }
    let isLost = connection.isLost
    #expect(ContinuousClock.now - start < .seconds(10) && isLost)
  }

  // Proves P-674.
  @Test func `a server that takes a connection and says nothing is given up`() throws {
    let listener = try Listener()
    var settings = try PostgreSQLSettings("host=127.0.0.1 port=\(listener.port) dbname=x user=y")
    settings.connectSeconds = 0.2
    let silent = settings
    #expect(throws: PostgreSQLFailure.self) { _ = try PostgreSQLConnection.open(silent) }
  }

  // Proves P-674.
  @Test func `a server that says nothing does not hide the next one`() throws {
    let listener = try Listener()
    let cluster = try PostgreSQLCluster.shared.get()
    var settings = try PostgreSQLSettings(
      "host=127.0.0.1,\(cluster.folder) port=\(listener.port),5432 dbname=postgres user="
        + PostgreSQLCluster.owner)
    settings.connectSeconds = 0.4
    var connection = try PostgreSQLConnection.open(settings)
    let one = try connection.scalar("SELECT 1")
    #expect(one == 1)
  }

  // Proves P-675.
  @Test func `a password is not taken from the connection string`() throws {
    for text in [
      "password=geheim dbname=d", "postgresql://u:geheim@h/d", "postgresql://u@h/d?password=geheim",
      "postgres://u:geheim@h/d", "sslpassword=geheim dbname=d", "password=mein geheim",
    ] {
      do throws(PostgreSQLFailure) {
        _ = try PostgreSQLSettings(text)
        Issue.record("taken: \(text)")
      } catch {
        #expect(!error.message.contains("geheim"))
      }
    }
    _ = try PostgreSQLSettings("postgresql://u@h/d?passfile=/etc/x")
    #expect(throws: PostgreSQLFailure.self) { _ = try PostgreSQLSettings("no such option") }
  }

  // Proves P-676.
  @Test func `another machine must show a certificate, unless told otherwise`() throws {
    // A documentation address (RFC 5737): nothing is there, and nothing is sent before the check.
    var settings = try PostgreSQLSettings("host=db.example hostaddr=192.0.2.1 user=u dbname=d")
    settings.connectSeconds = 0.05
    for (text, mode) in [
      ("", "verify-full"), (" sslmode=require", "require"), (" sslmode=disable", "disable"),
    ] {
      let library = try PostgreSQLLibrary.load()
      let other = try PostgreSQLSettings(settings.connectionString + text)
      let options = try PostgreSQLConnection.started(other, library).effectiveOptions
      #expect(options["sslmode"] == mode, "\(text)")
      #expect(options["target_session_attrs"] == "read-write")
      #expect(options["tcp_user_timeout"] == "14000")
    }
  }

  // Proves P-676.
  @Test func `one host of several on another machine is enough`() throws {
    for (host, address, isBeyond) in [
      ("tunnel,db.example", "127.0.0.1,", true), ("localhost,db.example", "", true),
      ("a,b", "::1,127.0.0.1", false), ("/run/postgresql,localhost", "", false), ("", "", false),
    ] {
      let options = ["host": host, "hostaddr": address, "port": "5432"]
      #expect(PostgreSQLConnection.needsVerifiedTLS(options) == isBeyond, "\(host) \(address)")
    }
    #expect(PostgreSQLConnection.needsVerifiedTLS([:]), "libpq said nothing")
  }

  // Twin of P-676.
  @Test func `on this machine there is nobody between`() throws {
    let local = try PostgreSQLConnection.started(settings(), PostgreSQLLibrary.load())
      .effectiveOptions
    #expect(local["sslmode"] == "prefer")
  }
}
