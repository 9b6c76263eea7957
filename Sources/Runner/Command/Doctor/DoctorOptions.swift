internal import SandboxBase
internal import TextFormats

/// The command line of `doctor`.
struct DoctorOptions: Hashable {
  var isJSON = false
  var mode = Enforcement.Mode.root
  /// A configuration file; nil for the default policy alone.
  var configuration: String?
  var wantsHelp = false
  /// Report on graphics hardware instead of the host.
  var isForGPU = false
  /// The entry whose program is stopped once; nil for a report on the host.
  var entry: String?
  /// Its arguments.
  var arguments: [String] = []
  /// Seconds that it works before.
  var workSeconds: UInt32 = 3

  private static let workSecondsRange: ClosedRange<UInt32> = 1...3600

  static let help = """
    Usage: http-runner doctor [--json] [--same-user] [--config FILE]
           http-runner doctor [--json] --config FILE --entry NAME [--after SECONDS] -- [ARGUMENT...]
           http-runner doctor [--json] --gpu

    Says what this host offers to the sandbox, what is in force for the default policy or for each
    entry of FILE, and what to change. Run it where and as the service runs: rights, cgroup and
    container are part of the answer.

      --json           As one JSON object with stable keys
      --same-user      Judge for an unprivileged start (user namespaces)
      --config FILE    Judge each entry of a configuration file
      --entry NAME     Run this entry as a job, ask it to end as a cancel does, and say how long
                       that took; the arguments are to give it work for longer than it is let work
      --after SECONDS  How long it works before, 3 by default
      --gpu            What an entry with `gpu` would get of this host: opens each device, looks
                       for the libraries, and says what is missing

    Exit code: 0 the policies can be honoured, the program ended within its grace, or there is a
    GPU that jobs can use; 78 not so;
    77 that cannot be judged as this user; 64 the command line is wrong, or the program ended
    before it was asked to.

    """

  /// - Parameter arguments: what follows the word `doctor`.
  init(_ arguments: [String]) throws(OptionError) {
    let (before, behind) = CommandLineReader.split(arguments)
    self.arguments = behind ?? []
    var reader = CommandLineReader(before)
    while let item = reader.next() {
      guard case .option(let option) = item else { throw Self.unknown }
      switch (option.spelling, option.attached) {
      case ("--json", nil): isJSON = true
      case ("--same-user", nil): mode = .sameUser
      case ("--help", nil): wantsHelp = true
      case ("--gpu", nil): isForGPU = true
      case ("--config", _):
        configuration = try Self.value(of: option, &reader, "FILE", "/etc/http-runner.json5")
      case ("--entry", _): entry = try Self.value(of: option, &reader, "NAME", "ffmpeg")
      case ("--after", _):
        let text = try Self.value(of: option, &reader, "SECONDS", "10")
        guard let seconds = UInt32(text), Self.workSecondsRange.contains(seconds) else {
          throw OptionError(
            what: option.spelling, why: "It must be a number from 1 to 3600.",
            example: "--after 10")
        }
        workSeconds = seconds
      default: throw Self.unknown
      }
    }
    guard !isForGPU || (entry == nil && configuration == nil && behind == nil) else {
      throw OptionError(
        what: "doctor", why: "--gpu stands alone or with --json.", example: "doctor --gpu")
    }
    guard entry == nil || configuration != nil, entry != nil || behind == nil else {
      throw OptionError(
        what: "doctor", why: "--entry and arguments go together with --config.",
        example: "doctor --config /etc/http-runner.json5 --entry ffmpeg -- -i /srv/a /srv/b.mp4")
    }
  }

  private static func value(
    of option: CommandLineReader.Option, _ reader: inout CommandLineReader, _ name: String,
    _ example: String
  ) throws(OptionError) -> String {
    guard let value = reader.value(of: option), !value.isEmpty else {
      throw OptionError(
        what: option.spelling, why: "It needs a value (\(name)).",
        example: "\(option.spelling) \(example)")
    }
    return value
  }

  private static var unknown: OptionError {
    OptionError(
      what: "doctor", why: "There is no such option here. See: http-runner doctor --help",
      example: "doctor --json")
  }
}
