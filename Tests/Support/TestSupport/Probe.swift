import Glibc

/// The C program of small checks (Tests/Probes), compiled once per test process.
package enum Probe {
  /// Its path, in a folder that only root can write.
  package static func path() throws -> String { try compiled.get() }

  private static let compiled: Result<String, any Error> = Result {
    let program = try RootFolder.shared.get()("probe")
    let sources = (Files.entries(of: folder) ?? []).filter { $0.hasSuffix(".c") }.sorted()
    let run = try CommandRun(
      "/usr/bin/cc",
      ["-std=gnu17", "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror", "-static"]
        + ["-o", program] + sources.map { "\(folder)/\($0)" },
      seconds: 120)
    guard run.ending == .exited(0) else {
      throw TestFailure("the probe in \(folder) does not compile: \(run.stderr)")
    }
    return program
  }

  private static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/Probes"
  }()

  /// Runs a check outside the service, as root: the negative twin.
  package static func bare(
    _ check: String, _ arguments: [String] = [], environment: [String: String] = [:]
  ) throws -> Facts {
    let folder = try RootFolder()
    let run = try CommandRun(
      path(), [check] + arguments, environment: environment, folder: folder.path)
    return Facts(run.stdout)
  }

  /// As `bare`, but as an unprivileged user: what remains is the kernel's own refusal.
  package static func unprivileged(_ check: String, _ arguments: [String] = []) throws -> Facts {
    let folder = try RootFolder()
    try Files.setMode(0o777, of: folder.path)
    let run = try CommandRun(
      path(), ["become", "\(nobody)", check] + arguments, folder: folder.path)
    return Facts(run.stdout)
  }

  /// The id of the account `nobody`.
  package static let nobody: UInt32 = 65534
}
