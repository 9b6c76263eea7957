internal import Sandbox

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
    var rest = arguments[...]
    while let word = rest.popFirst() {
      switch word {
      case "--json": isJSON = true
      case "--same-user": mode = .sameUser
      case "--help": wantsHelp = true
      case "--config":
        guard let path = rest.popFirst() else {
          throw OptionError(
            what: word, why: "It needs a value (FILE).", example: "--config /etc/http-runner.json5")
        }
        configuration = path
      case _ where word.hasPrefix("--config="): configuration = String(word.dropFirst(9))
      default:
        throw OptionError(
          what: "doctor", why: "There is no such option here. See: http-runner doctor --help",
          example: "doctor --json")
      }
    }
  }
}
