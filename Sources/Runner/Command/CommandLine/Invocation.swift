/// What a command line asks for.
package enum Invocation: Hashable, Sendable {
  /// Run the service.
  case serve(Options)
  /// Print the help text and exit.
  case help
  /// Print the version and exit.
  case version
}
