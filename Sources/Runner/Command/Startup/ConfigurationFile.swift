internal import FileBase
internal import RunnerConfiguration

/// The file of `--config` and of `check`.
struct ConfigurationFile {
  let bytes: [UInt8]
  /// Whether group or others may read it too.
  let isOpen: Bool

  /// Reads the file.
  ///
  /// - Parameters:
  ///   - mustBeSafe: refuse a file that others than root and the one who starts the service can
  ///     write: it decides what runs.
  ///   - bytesMax: of a longer file one byte more is read, which its parser refuses.
  /// - Throws: `ConfigurationRefusal` with one problem.
  static func read(
    _ path: String, mustBeSafe: Bool, bytesMax: Int = JSON5Parser.bytesMax
  ) throws(ConfigurationRefusal) -> ConfigurationFile {
    do throws(RegularFileFailure) {
      let file = try RegularFile.read(path, mustBeSafe ? .notWritable : .any, bytesMax: bytesMax)
      return ConfigurationFile(bytes: file.bytes, isOpen: file.isOpen)
    } catch {
      let remedy =
        switch error {
        case .foreign: " and could be changed by that one. Give it to root"
        case .writable: ". Take that away: chmod go-w"
        case .absent, .call, .notRegular, .notSecret: ""
        }
      throw refusal("The file \(error.text)\(remedy).")
    }
  }

  /// The configuration of the file together with a command line.
  ///
  /// - Throws: also where it holds secrets, and others may read it.
  func configuration(
    _ commandLine: CommandLineSettings, host: HostInfo
  ) throws(ConfigurationRefusal) -> Configuration {
    let configuration = try ConfigurationReader.read(bytes, commandLine: commandLine, host: host)
    guard !isOpen || configuration.service.callbacks.secrets.isEmpty else {
      throw Self.refusal(
        "It holds callbacks.secrets, and group or others may read it. Take that away: chmod go-r; "
          + "and make new secrets if anybody could have read these.")
    }
    return configuration
  }

  private static func refusal(_ text: String) -> ConfigurationRefusal {
    ConfigurationRefusal(problems: [ConfigurationProblem(nil, "", text)])
  }
}
