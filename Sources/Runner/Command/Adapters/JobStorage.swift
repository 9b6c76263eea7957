internal import Dispatch
internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import RunnerStore
internal import Synchronization

/// The job store and the output files that the settings select: SQLite in a folder, or memory.
struct JobStorage {
  let store: any JobStore
  /// Where long output goes; nil for memory only.
  let files: (any OutputStorage)?
  /// Where the files are that go with jobs; nil where jobs are kept in memory only.
  let jobFiles: (any JobFileStorage)?
  /// Opens a file without a name for what is needed for a moment, to read and write; nil where that
  /// fails, or jobs are kept in memory only.
  let openUnnamedFile: @Sendable () -> Int32?
  /// What monitoring asks of the store.
  let probe: StorageProbe
  /// Removes output files of no job; run in the background after the start.
  let sweep: @Sendable () async -> Void

  /// Called as root: gives the folder to the user that the service will run as.
  static func prepare(_ service: ServiceSettings, for user: UInt32) throws(StartFailure) {
    guard let path = try folder(service) else { return }
    do throws(StateFolder.Failure) {
      try StateFolder.prepare(
        path, owner: service.sameUser ? getuid() : user,
        group: service.sameUser ? getgid() : user)
    } catch {
      throw .system(error.description)
    }
  }

  /// Loads what the store needs. A process that is confined makes no memory executable any more.
  static func load(_ service: ServiceSettings) throws(StartFailure) {
    guard StoreValue.connectionString(in: service.store) != nil else { return }
    do throws(PostgreSQLStore.ConnectionRefusal) {
      try PostgreSQLStore.loadLibrary()
    } catch {
      throw .system(error.description)
    }
  }

  /// Called after the drop of privileges: lock and files belong to the service's user.
  static func open(
    _ service: ServiceSettings, _ budget: OutputBudget, _ log: ServiceLog,
    _ metrics: any Metrics
  ) throws(StartFailure) -> JobStorage {
    guard let path = try folder(service) else {
      guard StoreValue.connectionString(in: service.store) == nil else {
        throw .configuration("--store postgresql: needs a state folder: output goes there first.")
      }
      log.log(
        .info, "store.in_memory",
        "--state none: jobs are kept in memory only, and are gone with this process")
      let store = MemoryStore(endedMax: service.keep, budget: budget)
      return JobStorage(
        store: store, files: nil, jobFiles: nil,
        openUnnamedFile: { nil }, probe: StorageProbe(store), sweep: {})
    }
    var retention = RetentionPolicy()
    retention.countMax = service.keep
    retention.secondsMax = service.keepSeconds
    retention.bytesMax = service.keepBytes
    if let text = StoreValue.connectionString(in: service.store) {
      return try open(text, service, path, retention, log, metrics)
    }
    do throws(StateFolder.Failure) {
      let store = try SQLiteStore(
        in: StateFolder(opening: path), retention: retention, log: log, metrics: metrics)
      return JobStorage(
        store: store, files: store.outputStorage, jobFiles: store.files,
        openUnnamedFile: { store.openUnnamedFile() },
        probe: StorageProbe(store)
      ) { await store.removeOrphanedOutput() }
    } catch {
      throw .system(error.description)
    }
  }

  /// Seconds for which a start waits for the database: it may be starting too.
  private static let databaseSeconds = 30.0

  private static func open(
    _ connectionString: String, _ service: ServiceSettings, _ path: String,
    _ retention: RetentionPolicy, _ log: ServiceLog, _ metrics: any Metrics
  ) throws(StartFailure) -> JobStorage {
    do throws(PostgreSQLStore.ConnectionRefusal) {
      let store = try PostgreSQLStore(
        at: connectionString, node: service.node ?? OwnHostName.read() ?? "node",
        host: HostIdentity.read(), within: databaseSeconds, folder: path, version: Version.number,
        retention: retention, log: log, metrics: metrics)
      return JobStorage(
        store: store, files: store.outputStorage, jobFiles: store.files,
        openUnnamedFile: { store.openUnnamedFile() },
        probe: StorageProbe(store)
      ) { await store.removeOrphanedFiles() }
    } catch {
      throw .system(error.description)
    }
  }

  /// The state folder; nil for none. An ordinary user has one of its own beneath its home.
  static func folder(_ service: ServiceSettings) throws(StartFailure) -> String? {
    guard let path = service.stateFolder, service.sameUser, path == ServiceSettings().state else {
      return service.stateFolder
    }
    return try PrivilegeMode.userFolder("state")
  }

  /// Recovers the jobs of an earlier process, before the first request is accepted.
  ///
  /// - Parameter leaseLost: called where other nodes have the jobs of this one: it is to end.
  static func recover(
    _ engine: JobEngine, _ log: ServiceLog, leaseLost: @escaping @Sendable () -> Void
  ) throws(StartFailure) {
    let result = Mutex<Result<JobEngine.Recovery, StoreFailure>?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task {
      await engine.onLeaseLost(leaseLost)
      do throws(StoreFailure) {
        let recovery = try await engine.recover()
        await engine.startMaintenance()
        result.withLock { $0 = .success(recovery) }
      } catch {
        result.withLock { $0 = .failure(error) }
      }
      done.signal()
    }
    done.wait()
    switch result.withLock({ $0 }) {
    case .success(let recovery):
      guard recovery != JobEngine.Recovery() else { return }
      log.log(
        .info, "jobs.recovered",
        "jobs of an earlier process: \(recovery.queued) wait, \(recovery.restarted) run again, "
          + "\(recovery.interrupted) were interrupted, \(recovery.refused) may not run any more, "
          + "\(recovery.overdue) are past their deadline",
        [
          "queued": .integer(recovery.queued), "restarted": .integer(recovery.restarted),
          "interrupted": .integer(recovery.interrupted), "refused": .integer(recovery.refused),
          "overdue": .integer(recovery.overdue),
        ])
    case .failure(let failure):
      throw .system("Jobs of an earlier process could not be read: \(failure).")
    case nil:
      break
    }
  }
}
