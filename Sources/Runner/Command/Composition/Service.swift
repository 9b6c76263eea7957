internal import RunnerCore
internal import RunnerHTTP
internal import SandboxClient

/// The running service: what is alive, and the order in which it ends.
struct Service: Sendable {
  /// Where it is reached.
  let urls: [String]
  let engine: JobEngine
  let server: HTTPServer
  let callbacks: CallbackDispatcher
  let client: LauncherClient
  let reloader: Reloader
  /// nil where there is no audit log.
  let audit: AuditFile?
  /// Whether jobs that wait are there again at the next start.
  let keepsWaiting: Bool
  let log: ServiceLog

  /// Clients may read until the last job has ended; callbacks are sent; the launcher goes last,
  /// when nothing is left that it would have to end.
  ///
  /// - Returns: `launcherDied` where the launcher did not answer: its jobs are lost then.
  func stop() async -> ExitCode {
    server.stopAccepting()
    let watchdog = LauncherWatchdog(client: client, log: log)
    watchdog.start()
    await engine.shutDown(keepsWaiting: keepsWaiting)
    await watchdog.stop()
    await callbacks.stop()
    await engine.leave()
    await server.stop()
    await audit?.flush()
    client.stop()
    if !watchdog.isUnanswered, LauncherConnection.waitForEnd(of: client.launcherPid) { return .ok }
    log.log(
      .error, "launcher.left",
      "the launcher, process \(client.launcherPid), has not ended: its janitor kills it, and "
        + "removes what is left", ["process": .integer(Int(client.launcherPid))])
    return .launcherDied
  }
}
