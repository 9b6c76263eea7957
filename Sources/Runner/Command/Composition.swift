internal import Glibc
internal import RunnerCallbacks
internal import RunnerConfiguration
internal import RunnerCore
internal import RunnerHTTP
internal import Sandbox

/// Puts the floors together, in the one order that is safe: everything that needs root, then the
/// drop and its proof, and only then threads, and the first connection.
enum Composition {
  /// The switch that will serve without root (user namespaces); it does not exist yet.
  private static let unprivilegedSwitch = "--same-user"

  static func start(_ options: Options, log: ServiceLog) throws(StartFailure) -> Service {
    guard geteuid() == 0 else {
      throw StartFailure(
        code: .notRoot,
        text: "Started without root: jobs could not get ids of their own. Start as root; only the "
          + "launcher keeps it. (A later version will bring \(unprivilegedSwitch).)")
    }
    prepareProcess()
    if options.insecureNoAuth { warnOfOpenDoor(options, log) }
    let identities = try Identities.range(options)
    let policy = LaunchPolicy(
      mode: .root, identities: identities, workRoot: options.workFolder)
    let entries = try PolicyBuilder.entries(options, log: log)
    let socket = try ListeningSocket(address: options.interface, port: options.port)
    let (client, enforcements) = try sealedLauncher(options, policy, entries, log)
    try drop(to: identities.service)
    return try serve(options, on: socket, client, enforcements, log)
  }

  /// Signals are read by one thread, so every other one, and all that start from it, blocks them.
  private static func prepareProcess() {
    ProcessSignals.blockAll()
    umask(0o077)
  }

  private static func warnOfOpenDoor(_ options: Options, _ log: ServiceLog) {
    guard !AddressValue.isLoopback(options.interface) else { return }
    log.log(
      .warning,
      "--insecure-no-auth: EVERYONE who reaches \(options.interface) may run the whitelist on this "
        + "machine; nothing asks who they are")
  }

  private static func sealedLauncher(
    _ options: Options, _ policy: LaunchPolicy, _ entries: [CompiledEntry], _ log: ServiceLog
  ) throws(StartFailure) -> (LauncherClient, [Enforcement]) {
    do {
      try ProcessLimits.raiseOpenFiles()
      let path = try options.launcher ?? ProgramPath.beside("http-runner-launcher")
      let connection = try LauncherConnection(programPath: path)
      let enforcements = try connection.seal(policy, entries: entries)
      return (try connection.client(), enforcements)
    } catch let refused as LauncherConnection.Refused {
      throw .configuration(refused.text)
    } catch {
      throw .system("The launcher could not be started: \(error).")
    }
  }

  private static func drop(to id: UInt32) throws(StartFailure) {
    do {
      try PrivilegeDrop.becomeUnprivileged(uid: id, gid: id)
    } catch {
      throw .system("Privilege could not be dropped, so nothing is served: \(error).")
    }
  }

  private static func serve(
    _ options: Options, on socket: consuming ListeningSocket, _ client: LauncherClient,
    _ enforcements: [Enforcement], _ log: ServiceLog
  ) throws(StartFailure) -> Service {
    let callbacks = CallbackSender(log: log)
    let engine = JobEngine(
      whitelist: ExactWhitelist(options.whitelist),
      entries: enforcements.map(EntryFacts.engineEntry), limits: engineLimits(options),
      budget: OutputBudget(bytesMax: options.outputTotal),
      launcher: LauncherAdapter(client: client, wallClockSeconds: Int(options.defaults.policy.wallClockSeconds)),
      callbacks: callbacks, log: log)
    let server = HTTPServer(settings: httpSettings(options), engine: engine, log: log)
    client.start {
      log.log(.error, "the launcher is gone, and every job with it; this process ends too")
      exit(ExitCode.launcherDied.rawValue)
    }
    let port = socket.port
    do {
      try callbacks.start()
      try server.start(listening: socket.surrender())
    } catch {
      throw .system("The service could not be started: \(error).")
    }
    let host = options.interface.contains(":") ? "[\(options.interface)]" : options.interface
    return Service(
      url: "http://\(host):\(port)", engine: engine, server: server, callbacks: callbacks,
      client: client, log: log)
  }

  private static func engineLimits(_ options: Options) -> EngineLimits {
    var limits = EngineLimits()
    limits.runningMax = options.running
    limits.queuedMax = options.queued
    limits.endedMax = options.keep
    limits.outputBytesMax = options.outputPerStream
    return limits
  }

  private static func httpSettings(_ options: Options) -> HTTPSettings {
    var settings = HTTPSettings()
    settings.bodyBytesMax = options.httpBody
    settings.headerTime = .seconds(options.httpHeaderSeconds)
    settings.bodyTime = .seconds(options.httpBodySeconds)
    settings.idleTime = .seconds(options.httpIdleSeconds)
    settings.connectionsMax = options.httpConnections
    settings.connectionsPerAddressMax = options.httpConnectionsPerAddress
    settings.hostNames = options.hostNames
    return settings
  }
}
