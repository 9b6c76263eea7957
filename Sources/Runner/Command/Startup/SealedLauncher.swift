internal import Glibc
internal import RunnerConfiguration
internal import SandboxBase
internal import SandboxClient

/// A launcher that was started and given its table.
struct SealedLauncher {
  let client: LauncherClient
  /// What is in force for each entry.
  let enforcements: [Enforcement]

  static func start(
    _ service: ServiceSettings, _ policy: LaunchPolicy, _ entries: [CompiledEntry],
    log: ServiceLog
  ) throws(StartFailure) -> SealedLauncher {
    do {
      try ProcessLimits.raiseOpenFiles()
      let path = try service.launcher ?? ProgramPath.beside("http-runner-launcher")
      let connection = try LauncherConnection(programPath: path, log: log.launcherFormat)
      let enforcements = try connection.seal(policy, entries: entries)
      return SealedLauncher(client: try connection.client(), enforcements: enforcements)
    } catch let refused as LauncherConnection.Refusal {
      throw .configuration(refused.text)
    } catch {
      throw .system("The launcher could not be started: \(error).")
    }
  }
}
