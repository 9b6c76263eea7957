internal import RunnerClient

/// Which function runs each subcommand.
package struct SubcommandTable: Sendable {
  /// Gets what follows the word, and answers the exit code.
  package typealias Run = @Sendable (_ arguments: [String]) -> Int32

  private let runs: [Subcommand: Run]

  /// A table of these functions.
  ///
  /// - Parameter runs: the function of each subcommand; a subcommand without one is unknown.
  package init(_ runs: [Subcommand: Run]) {
    self.runs = runs
  }

  /// The subcommands of this program. A new one is a row here.
  package static let standard = SubcommandTable([
    .doctor: {
      DoctorCommand.run(
        $0, readSubject: ToolCommands.subject, tryStop: { StopTrialCommand.run($0, $1, $2) })
    },
    .check: { ToolCommands.check($0) },
    .exec: { ExecCommand.run($0) },
    .explain: { ExplainCommand.run($0) },
    .trace: { TraceCommand.run($0) },
    .token: { TokenCommand.run($0) },
    .certificate: { CertificateCommand.run($0) },
    .store: { StoreCommand.run($0) },
    .schema: { ToolCommands.schema($0) },
  ])

  /// The subcommands that there are, in the order of `Subcommand`.
  package var known: [Subcommand] { Subcommand.allCases.filter { runs[$0] != nil } }

  /// What the command line asks to run; nil where it begins with an option or is empty, which is
  /// the service.
  ///
  /// - Throws: `OptionError` for a word that is no subcommand.
  package func choose(
    _ arguments: [String]
  ) throws(OptionError) -> (run: Run, arguments: [String])? {
    guard let word = arguments.first, !word.isEmpty, !word.hasPrefix("-") else { return nil }
    guard let run = Subcommand(rawValue: word).flatMap({ runs[$0] }) else {
      // Control characters would forge lines of the log.
      let isPlain = word.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7f }
      let names = known.map(\.rawValue).joined(separator: ", ")
      let client = ClientCommand.allCases.map(\.rawValue).joined(separator: ", ")
      throw OptionError(
        what: isPlain ? "`\(word)`" : "The first word",
        why: "There is no such command. There are \(names); of the client \(client). Options alone "
          + "start the service.",
        example: known.first.map { "http-runner \($0.rawValue)" } ?? "--help")
    }
    return (run, Array(arguments.dropFirst()))
  }
}
