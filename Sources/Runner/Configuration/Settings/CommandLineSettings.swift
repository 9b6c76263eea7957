/// What the command line says of service and entries.
package struct CommandLineSettings: Hashable, Sendable {
  /// Exact absolute paths that may run, beside the entries of the file.
  package var whitelist: [String] = []
  /// Settings whose options were given.
  package var assignments: [SettingAssignment] = []

  package init() {}
}
