internal import RunnerConfiguration
internal import RunnerCore

/// `http-runner doctor --entry`: how long the real program takes to end when it is asked to.
enum StopTrialCommand {
  /// Runs the entry as a job, with the arguments of `options`, and stops it.
  ///
  /// - Returns: 0 where it ended within its grace, else a code of `StopTrial`, or of sysexits.h
  ///   where it could not be tried.
  static func run(_ name: String, _ options: DoctorOptions, _ log: ServiceLog) -> Int32 {
    do throws(StartFailure) {
      var service = Options()
      service.config = options.configuration
      let configuration = try ConfigurationLoader.load(service, log)
      guard case .entry(let index) = configuration.resolve(name) else {
        throw .configuration("\(name) is no entry of the configuration.")
      }
      let entry = configuration.entries[index]
      let run = try SandboxedRun.prepare(
        Configuration(service: configuration.service, entries: [entry]), holdsIDs: false, log: log)
      let found = run.startAndStop(options.arguments, afterSeconds: options.workSeconds)
      guard let found else { return ExitCode.usage.rawValue }
      let trial = StopTrial(
        entry.name, entry.policy, workSeconds: options.workSeconds, found.end,
        stopTime: found.stopTime)
      print(options.isJSON ? trial.json : trial.text + "\n", terminator: "")
      return trial.exitCode.rawValue
    } catch {
      log.log(.error, "doctor.failed", error.text)
      return error.code.rawValue
    }
  }
}
