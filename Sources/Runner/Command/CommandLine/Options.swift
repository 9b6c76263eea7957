package import RunnerConfiguration

/// The parsed and checked command line of the service.
///
/// Settings of the service are read as if they were its own: `options.port`.
@dynamicMemberLookup
package struct Options: Hashable, Sendable {
  /// Path of a configuration file; nil where none was named.
  package var config: String?
  /// Settings given as options; they override those of the file.
  package var commandLine = CommandLineSettings()

  /// Options of an empty command line.
  package init() {}

  /// Exact absolute paths that may run.
  package var whitelist: [String] { commandLine.whitelist }

  /// The service's settings as they are without a file.
  package var service: ServiceSettings {
    var service = ServiceSettings()
    commandLine.store(in: &service)
    return service
  }

  /// The settings of entries of `-w` as they are without a file.
  package var defaults: EntrySettings {
    var defaults = EntrySettings()
    commandLine.store(in: &defaults)
    return defaults
  }

  /// A setting of the service as the command line alone gives it; its default where no option names
  /// it.
  package subscript<Value>(dynamicMember path: KeyPath<ServiceSettings, Value>) -> Value {
    service[keyPath: path]
  }

  mutating func set(_ setting: Setting, _ value: SettingValue) {
    // A listener has commas of its own: the option is given once for each.
    if case .texts(.listener, _) = setting.kind, case .texts(let further) = value,
      let index = commandLine.assignments.firstIndex(where: { $0.setting.key == setting.key }),
      case .texts(let earlier) = commandLine.assignments[index].value
    {
      commandLine.assignments[index] = SettingAssignment(setting, .texts(earlier + further))
      return
    }
    commandLine.assignments.append(SettingAssignment(setting, value))
  }
}
