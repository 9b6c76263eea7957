import Glibc
package import RunnerAccess
package import RunnerCore
import Synchronization
import SystemBase

/// The HTTP floor: takes listening sockets and an engine, and serves until it is stopped.
package final class HTTPServer: Sendable {
  private let settings: HTTPSettings
  private let engine: JobEngine
  private let authenticator: Authenticator
  private let log: any Logger
  private let metrics: any Metrics
  private let monitor: any ServiceMonitor
  private let audit: any AuditLog
  private let onDrain: @Sendable () -> Void
  private let table: RouteTable
  private let running = Mutex<Running?>(nil)

  /// Polling interval of `stop()` for the last responses.
  private static let stopTick: Duration = .milliseconds(5)

  /// Makes a server that does nothing until `start`.
  ///
  /// - Parameter onDrain: called when a client asks for the end of the service, after its last job;
  ///   it must not block.
  package convenience init(
    settings: HTTPSettings, engine: JobEngine, authenticator: Authenticator, log: any Logger,
    metrics: any Metrics = NoMetrics(), monitor: any ServiceMonitor,
    audit: any AuditLog, onDrain: @escaping @Sendable () -> Void
  ) {
    self.init(
      settings: settings, engine: engine, authenticator: authenticator, log: log,
      metrics: metrics, monitor: monitor, audit: audit, onDrain: onDrain, table: .service)
  }

  /// A server with the given routes.
  init(
    settings: HTTPSettings, engine: JobEngine, authenticator: Authenticator, log: any Logger,
    metrics: any Metrics, monitor: any ServiceMonitor,
    audit: any AuditLog, onDrain: @escaping @Sendable () -> Void, table: RouteTable
  ) {
    self.audit = audit
    self.onDrain = onDrain
    self.monitor = monitor
    self.authenticator = authenticator
    self.table = table
    self.settings = settings
    self.engine = engine
    self.log = log
    self.metrics = metrics
  }

  /// Serves on one plain socket on which nothing but tokens, where there are any, and the sessions
  /// that they begin is asked for.
  func start(listening socket: CInt) throws(HTTPServerFailure) {
    try start([
      HTTPListener(
        SharedDescriptor(adopting: socket),
        methods: authenticator.hasTokens ? [.token, .session] : [.none])
    ])
  }

  /// Serves on `listeners`. Called once.
  ///
  /// - Throws: `HTTPServerFailure` when the system gives no thread or descriptor; nothing is served
  ///   then.
  package func start(_ listeners: [HTTPListener]) throws(HTTPServerFailure) {
    let service = HTTPService(
      settings: settings, engine: engine, authenticator: authenticator, log: log,
      metrics: metrics, monitor: monitor, audit: audit, onDrain: onDrain, table: table)
    let connections = ConnectionTable()
    let watchdog = try Watchdog(table: connections, settings: settings) { connection, id, answer in
      service.auditUnread(answer, id, from: connection.address)
    }
    let daemons = listeners.enumerated().map { number, listener in
      Daemon(
        listener, number: number, service: service, table: connections, watchdog: watchdog,
        log: log)
    }
    let started = Running(service: service, watchdog: watchdog, daemons: daemons)
    do throws(HTTPServerFailure) {
      try watchdog.start()
      for daemon in daemons { try daemon.start() }
    } catch {
      started.end()
      throw error
    }
    running.withLock { running in
      precondition(running == nil, "a server is started once")
      running = started
    }
  }

  /// Gives every new connection a 503 from now on. Those that exist are served on, so that clients
  /// can still read how their jobs end.
  ///
  /// Not MHD_quiesce_daemon: in 0.9.75 it races with the library's thread for the epoll entry of
  /// the listening socket, and the loser aborts the process.
  package func stopAccepting() {
    running.withLock { $0 }?.daemons.forEach { $0.stopAccepting() }
  }

  /// Sends the answers that are on their way, for a short while at most, then closes everything.
  package func stop() async {
    let running = running.withLock { $0.take() }
    guard let running else { return }
    let service = running.service
    running.daemons.forEach { $0.stopAccepting() }
    let deadline = ContinuousClock.now + settings.stopTime
    // A transfer has its connection suspended, and would break off in `service.stop()`.
    while service.followers.transferLimiter.hasTransfers, ContinuousClock.now < deadline {
      // As below.
      try? await Task.sleep(for: Self.stopTick)
    }
    service.stop()
    // An answer that is being made always comes: the engine never waits for a job. So there is no
    // deadline for those, and there must be none: see `SuspensionLimiter`.
    while service.suspensionLimiter.count > 0
      || (service.requestsInFlight > 0 && ContinuousClock.now < deadline)
    {
      // A cancelled task must not stop early either: it would only spin here.
      try? await Task.sleep(for: Self.stopTick)
    }
    running.end()
  }

  /// What runs between start and stop.
  private struct Running: Sendable {
    let service: HTTPService
    let watchdog: Watchdog
    let daemons: [Daemon]

    func end() {
      // No daemon may stop while a connection of its own is suspended.
      watchdog.sockets.close()
      daemons.forEach { $0.stop() }
      watchdog.stop()
    }
  }
}
