internal import Glibc
internal import RunnerConfiguration

/// `http-runner check [--json] [--offline] FILE`: would a start on this host take the file, and how
/// much does each entry expose?
package enum CheckCommand {
  /// Checks a configuration file.
  ///
  /// - Parameter arguments: what stands behind `check`.
  /// - Throws: `OptionError` for a line that is no `check`.
  package static func run(_ arguments: [String]) throws(OptionError) -> CheckReport {
    var file: String?
    var isJSON = false
    var isOffline = false
    for argument in arguments {
      if argument == "--json", !isJSON {
        isJSON = true
      } else if argument == "--offline", !isOffline {
        isOffline = true
      } else if !argument.hasPrefix("-"), !argument.isEmpty, file == nil {
        file = argument
      } else {
        throw OptionError(
          what: "check \(argument)", why: "It takes one file, --json and --offline.",
          example: example)
      }
    }
    guard let file else {
      throw OptionError(what: "check", why: "It needs a file.", example: example)
    }
    return report(
      on: file, isJSON: isJSON, isOffline: isOffline, host: ConfigurationLoader.host)
  }

  private static let example = "http-runner check --json /etc/http-runner.json5"

  /// - Parameter isOffline: the file is for another machine: nothing that it names is looked for
  ///   here, and who may write it does not matter.
  static func report(
    on file: String, isJSON: Bool, isOffline: Bool, host: HostInfo
  ) -> CheckReport {
    do throws(ConfigurationRefusal) {
      let configuration = try ConfigurationFile.read(file, mustBeSafe: !isOffline)
        .configuration(CommandLineSettings(), host: host)
      let problems = isOffline ? [] : HostCheck.problems(of: configuration)
      guard problems.isEmpty else { throw ConfigurationRefusal(problems: problems) }
      if !isOffline { try checkCredentials(configuration, .ofUnit) }
      let notes = configuration.entries.map { entry in
        isOffline ? [] : HostCheck.notes(of: entry, configuration.service)
      }
      return CheckReport(
        file: file, configuration, unseen: unseen(configuration, .ofUnit), notes: notes,
        host: host, isJSON: isJSON)
    } catch {
      return CheckReport(file: file, error, isJSON: isJSON)
    }
  }

  /// Names of credentials that systemd hands to the unit alone: what is in them shows at a start.
  private static func unseen(
    _ configuration: Configuration, _ credentials: CredentialFolder
  ) -> [String] {
    credentials.path == nil ? configuration.credentialNames : []
  }

  /// The files of tokens, of TLS and of hooks, as a start reads them: root alone can.
  private static func checkCredentials(
    _ configuration: Configuration, _ credentials: CredentialFolder
  ) throws(ConfigurationRefusal) {
    guard geteuid() == 0, unseen(configuration, credentials).isEmpty else { return }
    let service = configuration.service
    do throws(StartFailure) {
      _ = try TokenLoader.rules(of: configuration, credentials)
      _ = try TLSFiles.read(service, credentials)?.credentials(service)
    } catch {
      throw ConfigurationRefusal(problems: [ConfigurationProblem(nil, "", error.text)])
    }
  }
}
