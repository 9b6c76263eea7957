internal import RunnerConfiguration

/// `http-runner check [--json] FILE`: is the file right, and how much does each entry expose?
package enum CheckCommand {
  /// Checks a configuration file.
  ///
  /// - Parameter arguments: what stands behind `check`.
  /// - Throws: `OptionError` for a line that is no `check`.
  package static func run(_ arguments: [String]) throws(OptionError) -> CheckReport {
    var file: String?
    var isJSON = false
    for argument in arguments {
      if argument == "--json", !isJSON {
        isJSON = true
      } else if !argument.hasPrefix("-"), !argument.isEmpty, file == nil {
        file = argument
      } else {
        throw OptionError(
          what: "check \(argument)", why: "It takes one file, and --json.", example: example)
      }
    }
    guard let file else {
      throw OptionError(what: "check", why: "It needs a file.", example: example)
    }
    return report(on: file, isJSON: isJSON, host: ConfigurationLoader.host)
  }

  private static let example = "http-runner check --json /etc/http-runner.json5"

  static func report(on file: String, isJSON: Bool, host: HostInfo) -> CheckReport {
    do throws(ConfigurationRefusal) {
      // Write permissions of others matter only when the file is served.
      let configuration = try ConfigurationFile.read(file, mustBeSafe: false)
        .configuration(CommandLineSettings(), host: host)
      return CheckReport(file: file, configuration, host: host, isJSON: isJSON)
    } catch {
      return CheckReport(file: file, error, isJSON: isJSON)
    }
  }
}
