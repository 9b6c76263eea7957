package import RunnerConfiguration

/// All that the command line says, checked.
///
/// Settings of the service are read as if they were its own: `options.port`.
@dynamicMemberLookup
package struct Options: Hashable, Sendable {
  /// Path of a configuration file.
  package var config: String?
  /// What was given, to be put over the file's settings.
  package var commandLine = CommandLineSettings()
  /// The service's settings as they are without a file.
  package var service = ServiceSettings()
  /// The settings of entries of `-w` as they are without a file.
  package var defaults = EntrySettings()

  package init() {}

  /// Exact absolute paths that may run.
  package var whitelist: [String] { commandLine.whitelist }

  package subscript<Value>(dynamicMember path: KeyPath<ServiceSettings, Value>) -> Value {
    service[keyPath: path]
  }

  mutating func give(_ setting: Setting, _ value: SettingValue) {
    let given = GivenSetting(setting, value)
    given.store(in: &service)
    given.store(in: &defaults)
    commandLine.given.append(given)
  }
}
