import RunnerConfiguration
import Testing

/// Reads configurations for the tests, on a machine that is the same everywhere.
enum ConfigurationFixture {
  /// With one time zone, UTC: a file of version 2 without changes (tzfile(5)).
  static let host = HostInfo(processorCount: 4, memoryBytes: 16 << 30) { name in
    let header = { (counts: [UInt8]) in
      Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts.flatMap { [0, 0, 0, $0] }
    }
    let data = [UInt8](repeating: 0, count: 6) + Array("UTC\0\nUTC0\n".utf8)
    return name == "UTC" ? header([0, 0, 0, 0, 0, 0]) + header([0, 0, 0, 0, 1, 4]) + data : nil
  }

  static func configuration(
    _ file: String?, _ commandLine: CommandLineSettings = CommandLineSettings()
  ) throws(ConfigurationRefusal) -> Configuration {
    try ConfigurationReader.read(
      file.map { Array($0.utf8) }, commandLine: commandLine, host: host)
  }

  static func refusal(
    _ file: String?, _ commandLine: CommandLineSettings = CommandLineSettings()
  ) -> ConfigurationRefusal? {
    do throws(ConfigurationRefusal) {
      _ = try configuration(file, commandLine)
      return nil
    } catch {
      return error
    }
  }

  /// The only entry of a file that has `keys` beside the path.
  static func entry(
    _ keys: String, path: String = "/bin/a"
  ) throws(ConfigurationRefusal) -> ConfiguredEntry {
    try configuration("{entries: {a: {path: '\(path)', \(keys)}}}").entries[0]
  }

  /// What the command line says, key by key as one would type it.
  static func typed(
    whitelist: [String] = [], _ values: [(key: String, text: String)]
  ) throws -> CommandLineSettings {
    var settings = CommandLineSettings()
    settings.whitelist = whitelist
    for (key, text) in values {
      let setting = try #require(SettingTable.all.first { $0.key == key && $0.flag != nil })
      settings.assignments.append(SettingAssignment(setting, try setting.kind.value(ofTyped: text)))
    }
    return settings
  }
}
