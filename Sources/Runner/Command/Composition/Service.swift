internal import Glibc
internal import RunnerCore
internal import RunnerHTTP
internal import Sandbox
internal import SystemBase

/// The running service: what is alive, and the order in which it ends.
struct Service: Sendable {
  /// Where it is reached.
  let url: String
  let engine: JobEngine
  let server: HTTPServer
  let callbacks: CallbackDispatcher
  let client: LauncherClient
  let reloader: Reloader
  /// Whether jobs that wait are there again at the next start.
  let keepsWaiting: Bool
  let log: ServiceLog

  /// Serves until SIGTERM or SIGINT, ends in order, and exits 0. SIGHUP reads the configuration
  /// again.
  func runUntilSignal() -> Never {
    ThreadRole.signals.adopt()
    var signal = ProcessSignals.wait(for: [SIGTERM, SIGINT, SIGHUP])
    while signal == SIGHUP {
      reloader.reload()
      signal = ProcessSignals.wait(for: [SIGTERM, SIGINT, SIGHUP])
    }
    log.log(
      .info, "service.stopping", "signal \(signal): no more jobs are taken, running ones are ended",
      ["signal": .integer(Int(signal))])
    Task {
      await stop()
      ProcessExit.immediately(.ok)
    }
    while true { pause() }
  }

  /// Clients may read until the last job has ended; callbacks are sent; the launcher goes last,
  /// when nothing is left that it would have to end.
  private func stop() async {
    server.stopAccepting()
    await engine.shutDown(keepsWaiting: keepsWaiting)
    await callbacks.stop()
    await server.stop()
    client.stop()
    LauncherConnection.waitForEnd(of: client.launcherPid)
  }
}
