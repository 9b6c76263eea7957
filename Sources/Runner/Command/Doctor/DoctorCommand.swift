internal import RunnerConfiguration
internal import RunnerCore
internal import Sandbox

/// `http-runner doctor`.
enum DoctorCommand {
  /// Reads the entries of a configuration file: names and policies.
  typealias ReadPolicies =
    @Sendable (_ path: String) throws -> [(name: String, policy: EntryPolicy)]

  /// - Parameters:
  ///   - arguments: what follows the word.
  ///   - readPolicies: how a configuration file is read; nil where this build has no such reader.
  /// - Returns: 0 where the policies can be honoured, 78 where not, 77 where it cannot be judged.
  static func run(_ arguments: [String], readPolicies: ReadPolicies? = nil) -> Int32 {
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
    do {
      let policies = try policies(options, readPolicies)
      let service = Options()
      let report = DoctorReport(
        features: try KernelProbe.features(), mode: options.mode, policies: policies,
        ids: service.idRange)
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

  private static func policies(
    _ options: DoctorOptions, _ read: ReadPolicies?
  ) throws -> [(name: String, policy: EntryPolicy)] {
    guard let path = options.configuration else {
      return [("the default policy", EntryPolicy(path: ""))]
    }
    guard let read else {
      throw StartFailure.configuration("This build reads no configuration file.")
    }
    return try read(path)
  }
}
