/// What the program does beside serving: the first word of the command line, without a dash.
package enum Subcommand: String, CaseIterable, Hashable, Sendable {
  case doctor
  case check
  case exec
  case explain
  case trace
  case schema
  case token
  case certificate
  case store

  /// What the subcommand does: one phrase for the help text.
  package var summary: String {
    switch self {
    case .doctor: "Say what this host offers, what is in force, and what to change"
    case .check: "Check a configuration file, and score how exposed each entry is"
    case .exec: "Run one program in the sandbox from the shell"
    case .explain: "Show an entry's effective policy, down to the filter"
    case .trace: "Watch a program, and write the smallest policy that lets it do the same"
    case .token: "Make, list, renew and end the tokens of clients"
    case .certificate: "Make and renew certificates of the server and of clients"
    case .store: "Back up the jobs that are kept while the service runs, or check them"
    case .schema: "Print the JSON Schema of the configuration file"
    }
  }
}
