internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SandboxClient
internal import SystemBase

/// `http-runner exec [options] -- PROGRAM [argument...]`: one run in the sandbox from the shell,
/// through the same launcher, for trying a policy.
enum ExecCommand {
  /// What a shell says of a program that could not be run.
  private static let cannotRun: Int32 = 126

  /// - Parameter arguments: what follows the word.
  /// - Returns: the program's exit code, 128 and the signal that ended it, or 126 where it did not
  ///   run; codes of sysexits.h where the command line or the host is at fault.
  static func run(_ arguments: [String]) -> Int32 {
    let log = ServiceLog()
    do throws(OptionError) {
      return try run(try ExecOptions(arguments), log)
    } catch {
      log.log(.error, "exec.usage_wrong", error.description)
      return ExitCode.usage.rawValue
    }
  }

  private static func run(_ wanted: ExecOptions, _ log: ServiceLog) throws(OptionError) -> Int32 {
    do throws(StartFailure) {
      let configuration = try ConfigurationLoader.load(wanted.options, log)
      guard case .entry(let index) = configuration.resolve(wanted.program) else {
        throw .configuration("\(wanted.program) is no entry of the configuration.")
      }
      let single = Configuration(
        service: configuration.service, entries: [configuration.entries[index]])
      let report = try wanted.report.map { (path) throws(StartFailure) in try openReport(path) }
      defer { if let report { close(report) } }
      let run = try SandboxedRun.prepare(single, holdsIDs: wanted.holdsIDs, log: log)
      guard let outcome = run.start(wanted.arguments) else { return ExitCode.usage.rawValue }
      var written = ExecReport(outcome.end)
      if written.exitCode != 0 {
        written.missing = MissingPaths.found(
          in: outcome.errorText, under: single.entries[0].policy)
      }
      if let report { written.write(to: report) }
      let code = code(of: outcome.end, log)
      for path in written.missing {
        log.log(
          .warning, "exec.path_missing",
          "the program named \(path), which this host has and the job has not: see `read`",
          ["path": .text(path)])
      }
      return code
    } catch {
      log.log(.error, "exec.failed", error.text)
      return error.code.rawValue
    }
  }

  private static func openReport(_ path: String) throws(StartFailure) -> Int32 {
    let descriptor = ExecReport.open(path)
    guard descriptor >= 0 else {
      throw .system("--report \(path): \(ErrorCode.message(-descriptor)).")
    }
    return descriptor
  }

  static func code(of end: LaunchEnd, _ log: ServiceLog) -> Int32 {
    switch end {
    case .lost:
      log.log(.error, "launcher.lost", "the launcher went away while the program ran")
      return ExitCode.launcherDied.rawValue
    case .failed(let fault):
      log.log(.error, "exec.launch_failed", fault.message)
      return cannotRun
    case .ended(let end):
      for call in end.refused {
        let error = call.code == 0 ? "ended for it" : ErrorCode.name(Int32(call.code))
        log.log(
          .info, "exec.call_refused",
          "refused: \(RefusedCallName.of(call)) (\(error)), \(call.count) times",
          ["call": .text(RefusedCallName.of(call)), "count": .integer(Int(call.count))])
      }
      if end.cause == .wallClock {
        log.log(.warning, "exec.timed_out", "ended at its wall-clock limit")
      }
      if end.cause == .memory {
        log.log(.warning, "exec.out_of_memory", "ended at its limit of memory")
      }
      return end.isSignal ? 128 + end.value : end.value
    }
  }
}
