import Glibc

/// The C program of small checks (Tests/Probes), compiled once per test process.
package enum Probe {
  /// Its path, in a folder that only root can write.
  package static func path() throws -> String { try compiled.get() }

  private static let compiled = Result<String, any Error> {
    try CProgram.compile("probe", from: "Probes")
  }

  /// Runs a check outside the service, as root: the negative twin.
  package static func bare(
    _ check: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> ProbeOutput {
    let folder = try RootFolder()
    let run = try CommandRun(
      path(), [check] + arguments, environment: environment, folder: folder.path)
    return ProbeOutput(run.stdout)
  }

  /// As `bare`, but as an unprivileged user: what remains is the kernel's own refusal.
  package static func unprivileged(_ check: String, _ arguments: [String] = []) throws
    -> ProbeOutput
  {
    let folder = try RootFolder()
    try Files.setMode(0o777, of: folder.path)
    let run = try CommandRun(
      path(), ["become", "\(nobody)", check] + arguments, folder: folder.path)
    return ProbeOutput(run.stdout)
  }

  /// The id of the account `nobody`.
  package static let nobody: UInt32 = 65534
}
