internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase

/// Subcommands that print what a pure function made.
enum ToolCommands {
  static func check(_ arguments: [String]) -> Int32 {
    do throws(OptionError) {
      let report = try CheckCommand.run(arguments)
      print(report.lines.joined(separator: "\n"))
      return report.code.rawValue
    } catch {
      ServiceLog().log(.error, "check.usage_wrong", error.description)
      return ExitCode.usage.rawValue
    }
  }

  static func schema(_ arguments: [String]) -> Int32 {
    guard arguments.isEmpty else {
      ServiceLog().log(
        .error, "schema.usage_wrong", "schema takes nothing. For example: http-runner schema")
      return ExitCode.usage.rawValue
    }
    print(ConfigurationSchema.text, terminator: "")
    return ExitCode.ok.rawValue
  }

  /// A configuration file, as `doctor` wants it.
  @Sendable static func subject(_ path: String) throws -> DoctorCommand.Subject {
    var options = Options()
    options.config = path
    let configuration = try ConfigurationLoader.load(options, ServiceLog())
    return DoctorCommand.Subject(
      policies: configuration.entries.map { entry in
        (entry.name, HostCheck.resolved(entry, configuration.service))
      },
      commands: Dictionary(
        configuration.entries.map { ($0.name, CommandText.lines($0)) },
        uniquingKeysWith: { first, _ in first }),
      ids: configuration.service.idRange,
      faults: HostCheck.problems(of: configuration).map { $0.line(in: path) },
      ownFolders: ServicePaths.written(by: configuration.service))
  }
}
