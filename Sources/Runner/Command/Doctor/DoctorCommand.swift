internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase

/// `http-runner doctor`.
enum DoctorCommand {
  /// What is judged: the entries of a configuration file, and what a start would refuse in it.
  struct Subject: Sendable {
    let policies: [(name: String, policy: EntryPolicy)]
    /// Lines about commands and hooks, by the names of their entries.
    var commands: [String: [String]] = [:]
    let ids: ClosedRange<UInt32>
    let faults: [String]
    /// Folders that the service writes.
    let ownFolders: [String]
  }

  /// Reads a configuration file.
  typealias ReadSubject = @Sendable (_ path: String) throws -> Subject

  /// Runs an entry, and asks it to end.
  ///
  /// - Returns: the exit code.
  typealias TryStop = @Sendable (_ entry: String, DoctorOptions, ServiceLog) -> Int32

  /// - Parameters:
  ///   - arguments: what follows the word.
  ///   - readSubject: how a configuration file is read; nil where this build has no such reader.
  ///   - tryStop: what `--entry` does.
  /// - Returns: 0 where the policies can be honoured, 78 where not, 77 where it cannot be judged.
  static func run(
    _ arguments: [String], readSubject: ReadSubject? = nil, tryStop: TryStop
  ) -> Int32 {
    let log = ServiceLog()
    let options: DoctorOptions
    do throws(OptionError) {
      options = try DoctorOptions(arguments)
    } catch {
      log.log(.error, "doctor.usage_wrong", error.description)
      return ExitCode.usage.rawValue
    }
    guard !options.wantsHelp else {
      print(DoctorOptions.help, terminator: "")
      return ExitCode.ok.rawValue
    }
    if options.isForGPU {
      let report = GPUReport(of: KernelTree())
      print(options.isJSON ? report.json : report.text, terminator: "")
      return report.exitCode.rawValue
    }
    if let entry = options.entry { return tryStop(entry, options, log) }
    do {
      let subject = try subject(options, readSubject)
      let features = try KernelProbe.features()
      let report = DoctorReport(
        features: features, mode: options.mode, policies: subject.policies,
        commands: subject.commands, ids: subject.ids, faults: subject.faults,
        service: ServiceRows.all(writing: subject.ownFolders, features))
      print(options.isJSON ? report.json : report.text, terminator: "")
      return report.verdict.exitCode.rawValue
    } catch let failure as SystemCallFailure {
      log.log(
        .error, "doctor.failed", "This host cannot be looked at: \(failure)",
        ["error": "\(failure)"])
      return ExitCode.systemRefused.rawValue
    } catch let failure as StartFailure {
      log.log(.error, "doctor.failed", failure.text)
      return failure.code.rawValue
    } catch {
      log.log(.error, "doctor.failed", "\(error)")
      return ExitCode.configurationRefused.rawValue
    }
  }

  private static func subject(
    _ options: DoctorOptions, _ read: ReadSubject?
  ) throws -> Subject {
    guard let path = options.configuration else {
      return Subject(
        policies: [("the default policy", EntryPolicy(path: ""))], ids: Options().idRange,
        faults: [], ownFolders: ServicePaths.written(by: ServiceSettings()))
    }
    guard let read else {
      throw StartFailure.configuration("This build reads no configuration file.")
    }
    return try read(path)
  }
}
