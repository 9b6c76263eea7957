internal import SandboxBase
internal import TextFormats

/// The command line of `doctor`.
struct DoctorOptions: Hashable {
  var isJSON = false
  var mode = Enforcement.Mode.root
  /// A configuration file; nil for the default policy alone.
  var configuration: String?
  var wantsHelp = false

  static let help = """
    Usage: http-runner doctor [--json] [--same-user] [--config FILE]

    Says what this host offers to the sandbox, what is in force for the default policy or for each
    entry of FILE, and what to change. Run it where and as the service runs: rights, cgroup and
    container are part of the answer.

      --json           As one JSON object with stable keys
      --same-user      Judge for an unprivileged start (user namespaces)
      --config FILE    Judge each entry of a configuration file

    Exit code: 0 the policies can be honoured, 78 they can not, 77 that cannot be judged as this
    user, 64 the command line is wrong.

    """

  /// - Parameter arguments: what follows the word `doctor`.
  init(_ arguments: [String]) throws(OptionError) {
    var reader = CommandLineReader(arguments)
    while let item = reader.next() {
      guard case .option(let option) = item else { throw Self.unknown }
      switch (option.spelling, option.attached) {
      case ("--json", nil): isJSON = true
      case ("--same-user", nil): mode = .sameUser
      case ("--help", nil): wantsHelp = true
      case ("--config", _):
        guard let path = reader.value(of: option) else {
          throw OptionError(
            what: option.spelling, why: "It needs a value (FILE).",
            example: "--config /etc/http-runner.json5")
        }
        configuration = path
      default: throw Self.unknown
      }
    }
  }

  private static var unknown: OptionError {
    OptionError(
      what: "doctor", why: "There is no such option here. See: http-runner doctor --help",
      example: "doctor --json")
  }
}
