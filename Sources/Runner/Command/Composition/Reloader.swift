internal import Glibc
internal import RunnerAccess
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SandboxClient
internal import Synchronization
internal import SystemBase

/// Reload on SIGHUP: the launcher has the configuration compiled again, and it is applied here as a
/// whole or not at all. Policies come from that compiler: here nothing is compiled, and no account
/// is looked up.
final class Reloader: Sendable {
  let commandLine: CommandLineSettings
  let client: LauncherClient
  let admission: CurrentAdmission
  let engine: JobEngine
  let callbacks: CallbackDelivery
  let authenticator: Authenticator
  /// nil where no listener is encrypted.
  let tls: TLSSource?
  let notifier: SupervisorNotifier
  let log: ServiceLog
  private let state = Mutex(State())

  /// Content of the lock.
  private struct State {
    /// A reload is in progress, until the engine has applied it: generations reach the engine in
    /// the order in which the launcher adopted them.
    var isReloading = false
    /// Another SIGHUP came meanwhile; the file may have changed since it was read.
    var isReloadPending = false
  }

  init(
    commandLine: CommandLineSettings, client: LauncherClient, admission: CurrentAdmission,
    engine: JobEngine, callbacks: CallbackDelivery, authenticator: Authenticator, tls: TLSSource?,
    notifier: SupervisorNotifier, log: ServiceLog
  ) {
    self.tls = tls
    self.notifier = notifier
    self.authenticator = authenticator
    self.commandLine = commandLine
    self.client = client
    self.admission = admission
    self.engine = engine
    self.callbacks = callbacks
    self.log = log
  }

  func reload() {
    ThreadRole.signals.assertCurrent()
    let isFirst = state.withLock { state in
      state.isReloadPending = state.isReloading
      defer { state.isReloading = true }
      return !state.isReloading
    }
    guard isFirst else { return }
    notifier.notify(.reloading)
    requestReload()
  }

  /// - Parameter status: what became of the reload, for `systemctl status`.
  private func finish(_ status: String) {
    let isReloadPending = state.withLock { state in
      defer { state = State(isReloading: state.isReloadPending) }
      return state.isReloadPending
    }
    guard isReloadPending else {
      notifier.notify(.ready, status)
      return
    }
    notifier.notify(.reloading)
    requestReload()
  }

  private func requestReload() {
    log.log(.info, "reload.started", "the configuration is read again")
    _ = client.reload { [self] result in
      switch result {
      case .failure(let refused):
        log.log(.error, "reload.refused", "the configuration stays as it was: \(refused.text)")
        finish("the last reload was refused: \(refused.text)")
      case .success(let generation): apply(generation)
      }
    }
  }

  /// Runs on the launcher client's thread: it completes before the launcher's next message is read.
  private func apply(_ generation: PolicyGeneration) {
    ThreadRole.launcherLoop.assertCurrent()
    do {
      guard let compiled = generation.configuration else {
        throw StartFailure.system("The launcher sent a table without what it was made of.")
      }
      let configuration = try ConfigurationReader.read(
        compiled.text.isEmpty ? nil : compiled.text, commandLine: commandLine,
        host: ConfigurationLoader.host)
      let policies = compiled.policies
      guard policies.count == configuration.entries.count else {
        throw StartFailure.system(
          "The launcher's table has \(policies.count) entries, and its text "
            + "\(configuration.entries.count).")
      }
      let newAdmission = EntryAdmission(configuration, policies)
      let access = try TokenLoader.rules(of: compiled, configuration)
      let files = TLSFiles.received(compiled, configuration.service)
      let credentials = try files?.credentials(configuration.service)
      files?.warnOfEnd(configuration.service, at: SystemClock().now(), log)
      let engineEntries = zip(configuration.entries, generation.enforcements).map(
        EntryMapper.engineEntry)
      EnforcementLog.write(generation.enforcements, of: configuration, log)
      Task {
        authenticator.use(access)
        if let credentials { tls?.use(credentials) }
        await engine.reload(engineEntries, generation: generation.number) { [admission] in
          admission.use(newAdmission)
        }
        await callbacks.use(configuration.service.callbacks)
        log.log(
          .info, "reload.finished", "reloaded: \(policies.count) entries",
          ["entries": .integer(policies.count)])
        finish("reloaded: \(policies.count) entries")
      }
    } catch {
      // The launcher has adopted a generation that this process cannot use: no launch would work.
      log.log(
        .error, "reload.failed", "the new table is not understood, and this process ends: \(error)",
        ["error": "\(error)"])
      ProcessExit.immediately(.systemRefused)
    }
  }
}
