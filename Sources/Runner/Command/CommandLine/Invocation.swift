/// What a command line asks for.
package enum Invocation: Hashable, Sendable {
  case serve(Options)
  case help
  case version
}
