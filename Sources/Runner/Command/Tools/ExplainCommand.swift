internal import RunnerConfiguration
internal import RunnerCore
internal import SandboxBase
internal import SandboxFilter

/// `http-runner explain [options] -- ENTRY`: the effective policy of one entry, what of it this
/// host honours, and its filter down to the instructions.
enum ExplainCommand {
  static func run(_ arguments: [String]) -> Int32 {
    let log = ServiceLog()
    do {
      let wanted = try ExecOptions(arguments.contains("--") ? arguments : split(arguments))
      let configuration = try ConfigurationLoader.load(wanted.options, log)
      guard case .entry(let index) = configuration.resolve(wanted.program) else {
        throw StartFailure.configuration("\(wanted.program) is no entry of the configuration.")
      }
      let mode: Enforcement.Mode = configuration.service.sameUser ? .sameUser : .root
      let lines = try ExplainText.lines(
        try entry(index, of: configuration), features: try KernelProbe.features(), mode: mode)
      print(lines.joined(separator: "\n"))
      return ExitCode.ok.rawValue
    } catch let error as OptionError {
      log.log(.error, "explain.usage_wrong", error.description)
      return ExitCode.usage.rawValue
    } catch let error as StartFailure {
      log.log(.error, "explain.failed", error.text)
      return error.code.rawValue
    } catch let fault as FilterFailure {
      log.log(.error, "explain.failed", fault.message)
      return ExitCode.configurationRefused.rawValue
    } catch {
      log.log(.error, "explain.failed", "\(error)")
      return ExitCode.systemRefused.rawValue
    }
  }

  /// One entry with what a start would find of it on this host.
  private static func entry(
    _ index: Int, of configuration: Configuration
  ) throws(StartFailure) -> ConfiguredEntry {
    PrivilegeMode.prepareProcess()
    let single = Configuration(
      service: configuration.service, entries: [configuration.entries[index]])
    var entry = try PackageFolders.added(to: single).entries[0]
    entry.policy = HostCheck.resolved(entry, single.service)
    return entry
  }

  /// The last word is the entry.
  private static func split(_ arguments: [String]) -> [String] {
    guard let last = arguments.last else { return arguments }
    return arguments.dropLast() + ["--", last]
  }
}
