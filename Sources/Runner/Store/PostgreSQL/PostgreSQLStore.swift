import PostgreSQLBase
package import RunnerCore
import Synchronization

/// Jobs in a PostgreSQL database, which any number of nodes share.
///
/// Rows, ends, owed callbacks and output are in the database; what jobs write goes into files of
/// the state folder first, and into the database with their end. Files that go with jobs are in the
/// state folder alone. A connection writes, in transactions that operations share; one reads; one
/// writes long output, and one renews the lease, which so wait for no other.
package final class PostgreSQLStore: JobStore {
  /// Jobs purged in one transaction: bounds how long others wait for it.
  static let purgeBatchMax = 32
  /// Bytes of a stream that stand in the row of the end; longer ones are chunks.
  private static let inlineBytesMax = 64 << 10

  /// Seconds until a renewal must be answered.
  private static let controlSeconds = 5.0

  let writer: PostgreSQLWriter
  let reader: PostgreSQLReader
  let outputWriter: PostgreSQLReader
  let control: PostgreSQLReader
  let known: KnownDatabase
  let node: PostgreSQLNode
  let terms: LeaseTerms
  /// What was seen of the leases of others.
  let watch: Mutex<LeaseWatch>
  /// The era of the last renewal; nil before the first.
  let era = Mutex<DatabaseEra?>(nil)
  /// What the last `news` told of as departed.
  let toldDepartures = Mutex<[Int64]>([])
  let output: OutputFolder
  /// Files that go with jobs.
  package let files: JobFileFolder
  let reservation: DiskReservation
  let retention: RetentionPolicy
  let log: any Logger
  /// Number of this service among those that had the name of its node.
  let boot: Int64
  /// Jobs with an operation that was not confirmed, and is not repeated yet.
  private let doubtful = Mutex<Set<JobID>>([])
  /// Holds the lock.
  private let folder: StateFolder

  /// Where long output goes.
  package var outputStorage: any OutputStorage { output }

  var outbox: PostgreSQLOutboxRows { PostgreSQLOutboxRows(node: node.name, boot: boot) }

  /// Opens a file without a name in the state folder, to read and write; nil where that fails. It
  /// becomes the caller's, and is gone when that closes it.
  package func openUnnamedFile() -> Int32? { output.openUnnamed() }

  /// Bytes that this process may still write to the disk of the state folder; nil where that cannot
  /// be asked.
  package func freeBytes() async -> UInt64? { await reservation.freeBytes() }

  /// Why a database cannot be used, and what to do: one sentence.
  package typealias ConnectionRefusal = StateFolder.Failure

  /// Connects to a database, and takes the name of the node.
  ///
  /// - Parameters:
  ///   - connectionString: as libpq has it, without a password.
  ///   - node: name of the node: one service at a time has it.
  ///   - host: tells this host from others.
  ///   - seconds: how long it waits for the database, and for a service that has the name.
  ///   - path: absolute path of the state folder.
  ///   - terms: the same for all nodes of a database.
  ///   - version: of the program.
  /// - Throws: `ConnectionRefusal` that says what is wrong and what to do.
  package init(
    at connectionString: String, node: String, host: String, within seconds: Double,
    folder path: String,
    terms: LeaseTerms = .standard, version: String, retention: RetentionPolicy, log: any Logger,
    metrics: any Metrics = NoMetrics()
  ) throws(ConnectionRefusal) {
    let folder = try StateFolder(opening: path)
    let identity = try folder.databaseIdentity()
    output = OutputFolder(
      adopting: try folder.subfolder("out"), memoryBytesMax: Self.inlineBytesMax, log: log)
    files = JobFileFolder(adopting: try folder.subfolder("files"), log: log)
    reservation = try DiskReservation(in: folder)
    var settings = try Self.settings(connectionString)
    settings.applicationName = "http-runner/\(node)"
    self.node = PostgreSQLNode(name: node, host: host, folder: path, version: version)
    self.terms = terms
    watch = Mutex(LeaseWatch(terms))
    known = KnownDatabase(identity: identity)
    let session = PostgreSQLSession(
      settings: settings, node: self.node, terms: terms, known: known)
    settings.statementSeconds = Self.controlSeconds
    // Flushed here, and waits for no standby: a renewal that is lost shortens a lease, so that a
    // node that is alive could be taken over.
    control = PostgreSQLReader(
      PostgreSQLSession(settings: settings, node: self.node, terms: terms, known: known),
      prelude: "SET synchronous_commit = local")
    writer = PostgreSQLWriter(session, metrics: metrics)
    reader = PostgreSQLReader(session)
    outputWriter = PostgreSQLReader(session)
    do throws(PostgreSQLFailure) {
      boot = try writer.start(within: seconds)
    } catch {
      throw StateFolder.Failure(description: "The database cannot be used: \(error).")
    }
    // Before anything is removed from the folder, or comes into it.
    if identity == nil { try folder.bind(toDatabase: known.identity ?? "") }
    self.retention = retention
    self.log = log
    self.folder = folder
  }

  /// Loads libpq, in a process that may still load libraries.
  ///
  /// - Throws: `ConnectionRefusal` where it is not installed.
  package static func loadLibrary() throws(ConnectionRefusal) {
    do throws(PostgreSQLFailure) {
      _ = try PostgreSQLLibrary.load()
    } catch {
      throw ConnectionRefusal(description: error.message)
    }
  }

  private static func settings(
    _ connectionString: String
  ) throws(ConnectionRefusal) -> PostgreSQLSettings {
    do throws(PostgreSQLFailure) {
      return try PostgreSQLSettings(connectionString)
    } catch {
      throw ConnectionRefusal(description: error.message)
    }
  }

  /// Brings the schema of a database to this version.
  ///
  /// - Parameter role: the role of the services, which gets its rights; nil where it is the owner.
  /// - Returns: the version before and after.
  /// - Throws: `ConnectionRefusal` where the database refuses it; nothing is changed then.
  package static func migrate(
    _ connectionString: String, for role: String?
  ) throws(ConnectionRefusal) -> (from: Int, to: Int) {
    let settings = try settings(connectionString)
    do throws(PostgreSQLFailure) {
      var database = try PostgreSQLConnection.open(settings)
      return (try PostgreSQLSchema.migrate(&database, for: role), PostgreSQLSchema.steps.count)
    } catch {
      throw ConnectionRefusal(description: "The database was not migrated: \(error)")
    }
  }

  /// The version of the schema of a database, 0 where it is not there, and that of this program.
  ///
  /// - Throws: `ConnectionRefusal` where the database does not answer.
  package static func versions(
    _ connectionString: String
  ) throws(ConnectionRefusal) -> (found: Int, known: Int) {
    let settings = try settings(connectionString)
    do throws(PostgreSQLFailure) {
      var database = try PostgreSQLConnection.open(settings)
      return (try PostgreSQLSchema.version(&database), PostgreSQLSchema.steps.count)
    } catch {
      throw ConnectionRefusal(description: "The database cannot be asked: \(error)")
    }
  }

  /// Changes a job. An operation that is not confirmed is repeated by the engine: then `body` is
  /// told, and looks for what it did before.
  func change<Result: Sendable>(
    _ id: JobID,
    _ body:
      @escaping @Sendable (inout PostgreSQLConnection, _ isRepeated: Bool)
      throws(PostgreSQLFailure) -> Result
  ) async throws(StoreFailure) -> Result {
    let isRepeated = isDoubtful(id)
    do throws(StoreFailure) {
      let result = try await writer.perform { (database) throws(PostgreSQLFailure) in
        try body(&database, isRepeated)
      }
      if isRepeated { _ = doubtful.withLock { $0.remove(id) } }
      return result
    } catch {
      if case .unknown = error { _ = doubtful.withLock { $0.insert(id) } }
      throw error
    }
  }

  func isDoubtful(_ id: JobID) -> Bool { doubtful.withLock { $0.contains(id) } }

  /// Removes the files of a job that is deleted: output, and what it gave back.
  func removeFiles(of id: JobID) {
    output.remove(id)
    files.remove(id)
  }
}
