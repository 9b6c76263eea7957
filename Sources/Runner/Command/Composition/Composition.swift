internal import Glibc
internal import RunnerAccess
internal import RunnerConfiguration
internal import RunnerCore
internal import RunnerHTTP
internal import SandboxBase
internal import SandboxClient
internal import SandboxFilter

/// Puts the floors together, in the one order that is safe: everything that needs root, then the
/// drop and its proof, and only then threads, and the first connection.
enum Composition {
  static func start(
    _ configuration: Configuration, _ options: Options, _ notifier: SupervisorNotifier,
    log: ServiceLog
  ) throws(StartFailure) -> Service {
    let service = configuration.service
    try PrivilegeMode.check(service)
    PrivilegeMode.prepareProcess()
    var policy = try PrivilegeMode.policy(service, log: log)
    if !service.sameUser { try IDRangeReservation.acquire(policy.identities) }
    policy.reload = CompileTableCommand.reloadPlan(options, service)
    try HostCheck.requireNone(of: configuration, log)
    let entries = try PolicyBuilder.entries(PackageFolders.added(to: configuration), log: log)
    let descriptors = try descriptorBudget(service, entryCount: entries.count, log)
    let access = try TokenLoader.rules(of: configuration, .ofUnit)
    let files = try TLSFiles.read(service, .ofUnit)
    let tls = try files?.credentials(service)
    files?.warnOfEnd(service, at: SystemClock().now(), log)
    let listeners = try ServiceListeners.open(service)
    warnOfUnauthenticated(listeners, log)
    try JobStorage.prepare(service, for: policy.identities.service)
    if let path = service.auditFolder {
      let owner = service.sameUser ? getuid() : policy.identities.service
      let group = service.sameUser ? getgid() : policy.identities.service
      try AuditFolder.prepare(path, owner: owner, group: group)
    }
    let sealed = try SealedLauncher.start(service, policy, entries, log: log)
    EnforcementLog.write(sealed.enforcements, of: configuration, log)
    try drop(service, to: policy.identities.service)
    try confine(service, log)
    Lifecycle.prepareThread()
    return try serve(
      configuration, options, entries, descriptors, access, tls.map { TLSSource($0) },
      on: listeners, sealed, notifier, log)
  }

  private static func descriptorBudget(
    _ service: ServiceSettings, entryCount: Int, _ log: ServiceLog
  ) throws(StartFailure) -> DescriptorBudget {
    let limit: UInt64
    do throws(SystemCallFailure) {
      limit = try ProcessLimits.hard(.openFiles)
    } catch {
      throw .system("The limits of this process cannot be read: \(error).")
    }
    let budget = try DescriptorBudget(service, entryCount: entryCount, limit: limit)
    if let note = budget.note { log.log(.warning, "descriptors.few", note) }
    return budget
  }

  private static func warnOfUnauthenticated(_ listeners: ServiceListeners, _ log: ServiceLog) {
    for place in listeners.unauthenticated {
      log.log(
        .warning, "listener.unauthenticated",
        "--insecure-no-auth: EVERYONE who reaches \(place) may run the whitelist on this machine; "
          + "nothing asks who they are", ["address": .text(place)])
    }
  }

  private static func drop(
    _ service: ServiceSettings, to id: UInt32
  ) throws(StartFailure) {
    do {
      if service.sameUser {
        try PrivilegeDrop.forbidNewPrivileges()
      } else {
        try PrivilegeDrop.becomeUnprivileged(uid: id, gid: id)
      }
    } catch {
      throw .system("Privilege could not be dropped, so nothing is served: \(error).")
    }
  }

  /// No thread is made before this, and no connection taken.
  private static func confine(_ service: ServiceSettings, _ log: ServiceLog) throws(StartFailure) {
    ResolverModules.load()
    try JobStorage.load(service)
    let folders = [try JobStorage.folder(service), service.auditFolder].compactMap { $0 }
    let paths = ServicePaths.all(writing: folders)
    do {
      let abi = try ServiceConfinement.enter(
        filter: FilterRequest.compileServiceFilter(), paths: paths)
      guard abi == 0 else { return }
      log.log(
        .warning, "service.unconfined_files",
        "this kernel has no Landlock: the service itself may read whatever its user may")
    } catch {
      throw .system("The service could not be confined, so nothing is served: \(error).")
    }
  }

  private static func serve(
    _ configuration: Configuration, _ options: Options, _ entries: [CompiledEntry],
    _ descriptors: DescriptorBudget, _ access: AccessRules,
    _ tls: TLSSource?, on listeners: ServiceListeners, _ sealed: SealedLauncher,
    _ notifier: SupervisorNotifier, _ log: ServiceLog
  ) throws(StartFailure) -> Service {
    let (settings, client) = (configuration.service, sealed.client)
    let budget = OutputBudget(bytesMax: settings.outputTotal)
    let metrics = MetricRegistry()
    let state = try JobStorage.open(settings, budget, log, metrics)
    let audit = try AuditFile.open(settings, log: log)
    let callbacks = CallbackDelivery(
      settings, listening: listeners.addresses, state, log, metrics)
    let admission = CurrentAdmission(EntryAdmission(configuration, entries.map(\.policy)))
    let authenticator = Authenticator(access, clock: SystemClock())
    let engine = JobEngine(
      entries: zip(configuration.entries, sealed.enforcements).map(EntryMapper.engineEntry),
      limits: engineLimits(settings, descriptors), budget: budget,
      ports: EnginePorts(
        whitelist: admission,
        launcher: LauncherAdapter(client: client, files: state.jobFiles, metrics: metrics),
        results: LauncherResults(client: client, admission: admission),
        callbacks: callbacks.dispatcher, store: state.store, outputStorage: state.files,
        files: state.jobFiles, quotas: authenticator, clock: SystemClock(), log: log,
        metrics: metrics))
    let server = HTTPServer(
      settings: httpSettings(settings, descriptors), engine: engine,
      authenticator: authenticator, log: log, metrics: metrics,
      monitor: try monitor(engine, state, settings, client, metrics),
      audit: audit ?? NoAuditLog(), onDrain: Lifecycle.requestDrain)
    client.start(onEntryState: { state in
      Task {
        await engine.setClosure(of: state.entry, state.missing, number: state.number)
      }
    }) {
      log.log(
        .error, "launcher.lost",
        "the launcher is gone, and every job with it; this process ends too")
      ProcessExit.immediately(.launcherDied)
    }
    do {
      try callbacks.start()
      try JobStorage.recover(engine, log) { endAsFenced(log) }
      try server.start(listeners.served(with: tls))
      Task { await state.sweep() }
    } catch {
      throw .system("The service could not be started: \(error).")
    }
    return Service(
      urls: listeners.urls, engine: engine, server: server,
      callbacks: callbacks.dispatcher, client: client,
      reloader: Reloader(
        commandLine: options.commandLine, client: client, admission: admission, engine: engine,
        callbacks: callbacks, authenticator: authenticator, tls: tls, notifier: notifier,
        log: log),
      audit: audit, keepsWaiting: settings.stateFolder != nil, log: log)
  }

  /// The launcher ends every job when this process is gone.
  private static func endAsFenced(_ log: ServiceLog) {
    log.log(
      .error, "service.fenced", "other nodes have the jobs of this one: it ends with what it runs")
    ProcessExit.immediately(.systemRefused)
  }

  private static func monitor(
    _ engine: JobEngine, _ state: JobStorage, _ settings: ServiceSettings,
    _ client: LauncherClient, _ metrics: MetricRegistry
  ) throws(StartFailure) -> ServiceProbe {
    ServiceProbe(
      .init(
        engine: engine, storage: state.probe, askLauncher: { client.ping($0) }, metrics: metrics,
        disks: DiskProbe(stateFolder: try JobStorage.folder(settings), clock: SystemClock()),
        clock: SystemClock()))
  }

  private static func engineLimits(
    _ service: ServiceSettings, _ descriptors: DescriptorBudget
  ) -> EngineLimits {
    var limits = EngineLimits()
    limits.runningMax = descriptors.running
    limits.queuedMax = service.queued
    limits.outputBytesMax = service.outputPerStream
    limits.outputTailBytesMax = service.outputTail
    return limits
  }

  private static func httpSettings(
    _ service: ServiceSettings, _ descriptors: DescriptorBudget
  ) -> HTTPSettings {
    var settings = HTTPSettings()
    settings.bodyBytesMax = service.httpBody
    settings.headerBytesMax = service.httpHeaders
    settings.headerTime = .seconds(service.httpHeaderSeconds)
    settings.bodyTime = .seconds(service.httpBodySeconds)
    settings.idleTime = .seconds(service.httpIdleSeconds)
    settings.connectionsMax = descriptors.connections
    settings.connectionsPerAddressMax = service.httpConnectionsPerAddress
    settings.hostNames = service.hostNames
    settings.ownHostName = OwnHostName.read()
    settings.proxies = service.proxies.map { ProxyNetwork(bytes: $0.bytes, prefix: $0.prefix) }
    if let field = ProxyField(rawValue: service.proxyField) { settings.proxyField = field }
    return settings
  }
}
