internal import CLaunch
internal import CLinux
internal import Glibc
internal import SandboxBase
internal import SystemBase

/// The program http-runner-launcher: launcher, janitor or factory, by its first argument.
package enum LauncherProgram {
  /// Runs the launcher, or one of the processes that it starts, until it ends.
  ///
  /// - Parameter arguments: without the program's name. `serve`, or `keep` or `prepare` and
  ///   its start arguments; the channel is descriptor 3.
  /// - Returns: the exit code: 0, EX_USAGE (64), EX_CONFIG (78) for a refused policy, EX_SOFTWARE
  ///   (70) for any other error.
  package static func run(_ arguments: [String]) -> Int32 {
    do {
      switch arguments.first {
      case "serve" where arguments.count == 1:
        return try serve()
      case "keep":
        guard let startArguments = Janitor.StartArguments(arguments: Array(arguments.dropFirst()))
        else { break }
        try Janitor(startArguments, launcher: channel()).run()
        return 0
      case "prepare":
        guard
          let startArguments = SandboxFactory.StartArguments(
            arguments: Array(arguments.dropFirst()))
        else { break }
        var factory = try SandboxFactory(startArguments, launcher: channel())
        try factory.run()
        return 0
      default:
        break
      }
      OperatorLog.error(
        "launcher.misused",
        "this program is started by http-runner; there is nothing to run by hand")
      return EX_USAGE
    } catch {
      OperatorLog.error("launcher.failed", "\(error)", ["error": "\(error)"])
      return EX_SOFTWARE
    }
  }

  private static func channel() -> Channel {
    Channel(adopting: Descriptor(adopting: HelperProgram.channelFD))
  }

  private static func serve() throws -> Int32 {
    try checked("prctl", linux_set_dumpable(0))
    try checked("sigprocmask", linux_block_all_signals())
    try checked("sigaction", linux_default_signals())
    try checked("prctl", linux_set_child_subreaper())
    try ProcessLimits.raiseOpenFiles()
    try checked("dup3", linux_reserve_fd(Int32(LAUNCH_REPORT_DESCRIPTOR)))
    let launcher: Launcher?
    do {
      launcher = try LauncherSetup.run(channel())
    } catch is LauncherSetup.Refusal {
      return EX_CONFIG  // The API process has the words, and tells them.
    }
    guard let launcher else { return 0 }
    defer { launcher.finish() }
    try launcher.run()
    return 0
  }
}
