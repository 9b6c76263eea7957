/// What the command line says of service and entries.
package struct CommandLineSettings: Hashable, Sendable {
  /// Exact absolute paths that may run, beside the entries of the file.
  package var whitelist: [String] = []
  /// Settings whose options were given, in the order of the command line.
  package var assignments: [SettingAssignment] = []

  /// Settings of an empty command line.
  package init() {}

  /// Puts what was given over settings of the service.
  package func store(in service: inout ServiceSettings) {
    for setting in assignments { setting.store(in: &service) }
  }

  /// Puts what was given over the defaults of entries.
  package func store(in defaults: inout EntrySettings) {
    for setting in assignments { setting.store(in: &defaults) }
  }
}
