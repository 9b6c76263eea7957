/// How the program ends, in the numbers of sysexits.h.
package enum ExitCode: Int32, Sendable, CaseIterable {
  /// Everything that was asked for is done.
  case ok = 0
  /// The command line is wrong; nothing was started.
  case usage = 64
  /// The launcher died, and every job with it.
  case launcherDied = 70
  /// The system refused something that was asked for: a port in use, no descriptor left.
  case systemRefused = 71
  /// Started without root, which the sandbox of the jobs needs.
  case notRoot = 77
  /// A whitelist entry or another setting is not safe to serve.
  case configurationRefused = 78
}
