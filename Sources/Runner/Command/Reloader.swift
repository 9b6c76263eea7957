internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import Sandbox
internal import Synchronization

/// SIGHUP: the configuration is read again by the launcher's side, and taken here as a whole or not
/// at all.
final class Reloader: Sendable {
  let commandLine: CommandLineSettings
  let client: LauncherClient
  let table: ServedTable
  let engine: JobEngine
  let callbacks: CallbackDelivery
  let log: ServiceLog
  private let state = Mutex(State())

  private struct State {
    /// One is under way, up to the engine's having taken it: tables come to the engine in the order
    /// in which the launcher took them.
    var isBusy = false
    /// Somebody asked in between; the file may have changed since it was read.
    var isAskedAgain = false
  }

  init(
    commandLine: CommandLineSettings, client: LauncherClient, table: ServedTable,
    engine: JobEngine, callbacks: CallbackDelivery, log: ServiceLog
  ) {
    self.commandLine = commandLine
    self.client = client
    self.table = table
    self.engine = engine
    self.callbacks = callbacks
    self.log = log
  }

  func reload() {
    let isFirst = state.withLock { state in
      state.isAskedAgain = state.isBusy
      defer { state.isBusy = true }
      return !state.isBusy
    }
    if isFirst { ask() }
  }

  private func finish() {
    let isAskedAgain = state.withLock { state in
      defer { state = State(isBusy: state.isAskedAgain) }
      return state.isAskedAgain
    }
    if isAskedAgain { ask() }
  }

  private func ask() {
    log.log(.info, "the configuration is read again")
    _ = client.reload { [self] result in
      switch result {
      case .failure(let refused):
        log.log(.error, "the configuration stays as it was: \(refused.text)")
        finish()
      case .success(let fresh): take(fresh)
      }
    }
  }

  /// On the client's thread: what is done here is done before the next word of the launcher.
  private func take(_ fresh: FreshTable) {
    do {
      let configuration = try ConfigurationReader.read(
        fresh.text, commandLine: commandLine, host: ConfigurationLoader.host)
      let entries = try PolicyBuilder.entries(configuration, log: log)
      let admission = try EntryAdmission(configuration, entries.map(\.policy))
      let heirs = table.take(fresh, configuration, entries)
      let engineEntries = zip(configuration.entries, fresh.enforcements).map(
        EntryFacts.engineEntry)
      EnforcementLog.write(fresh.enforcements, of: configuration, log)
      Task {
        await engine.reload(engineEntries, replacing: heirs) { [table] in
          table.admit(by: admission, first: fresh.firstEntry)
        }
        await callbacks.use(configuration.service.callbacks)
        log.log(.info, "reloaded: \(entries.count) entries")
        finish()
      }
    } catch {
      // The launcher has taken what this process cannot read: nothing could be launched any more.
      log.log(.error, "the new table is not understood, and this process ends: \(error)")
      exit(ExitCode.systemRefused.rawValue)
    }
  }
}
