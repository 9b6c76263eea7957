extension Subcommand {
  /// What `COMMAND --help` prints.
  package var usage: String {
    switch self {
    case .doctor: DoctorOptions.help
    case .trace: TraceOptions.help
    case .check: Self.checkText
    case .exec: Self.execText
    case .explain: Self.explainText
    case .token: TokenCommand.help
    case .certificate: CertificateCommand.help
    case .store: StoreCommand.help
    case .schema: Self.schemaText
    }
  }

  /// Whether `arguments`, those that follow the word, ask for it.
  package static func isHelp(_ arguments: [String]) -> Bool {
    arguments.prefix { $0 != "--" }.contains("--help")
  }

  private static let checkText = """
    Usage: http-runner check [--json] [--offline] FILE

    Checks a configuration file: its settings, and, as a start does, the accounts, ids, programs,
    paths and devices of this host that it names. Then scores how exposed each entry is.

      --json           As one JSON object
      --offline        For another machine's file: nothing that it names is looked for here

    Exit code: 0 a start takes the file, 78 it refuses it, 64 the command line is wrong.

    """

  private static let execText = """
    Usage: http-runner exec [options] -- PROGRAM [argument...]

    Runs one program in the sandbox from the shell, as a job of the service would run. PROGRAM is an
    absolute path, or an entry of --config. It reads what exec reads, a terminal excepted.

      --report FILE    Write how it ended there, as JSON
      --config FILE, --work-folder PATH, ...
                       Options of the service: see http-runner --help

    Exit code: the program's, 128 and the number of the signal that ended it, 126 it could not be
    run, 64, 71, 77 or 78 command line, system, rights or configuration are at fault.

    """

  private static let explainText = """
    Usage: http-runner explain [options] [--] ENTRY

    Shows the effective policy of one entry: layers on this host, limits, what its jobs see and
    reach, system calls, and the filter as the kernel gets it. ENTRY is an entry of --config, or an
    absolute path.

      --config FILE, ...
                       Options of the service: see http-runner --help

    Exit code: 0, or 64, 71 or 78 where command line, system or configuration are at fault.

    """

  private static let schemaText = """
    Usage: http-runner schema

    Prints the JSON Schema of the configuration file, for editors that check as one types.

    """
}
