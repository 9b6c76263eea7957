internal import RunnerConfiguration
internal import TextFormats

/// The command line of `trace`.
struct TraceOptions: Hashable {
  /// Where the policy goes; nil for standard output.
  private(set) var output: String?
  /// The policy is tried in the sandbox once it is found.
  private(set) var isTried = true
  /// The account that the program runs as, in both runs; nil for one of the id range.
  private(set) var user: String?
  private(set) var isSameUser = false
  private(set) var wantsHelp = false
  /// Options of the service that the trial is given.
  private(set) var trialOptions: [String] = []
  /// `--id-range` as it was given; the trial is given ids of it.
  private var idOptions: [String] = []
  /// Where the ids of jobs come from.
  private(set) var idRange = Options().idRange
  private(set) var program = ""
  private(set) var arguments: [String] = []

  private static let example = "http-runner trace --output policy.json5 -- /usr/bin/convert a b"

  static let help = """
    Usage: http-runner trace [options] -- /PATH/TO/PROGRAM [argument...]

    Runs the program under observation, without a sandbox but without privilege too, and writes
    the smallest policy that lets it do what it did: system calls, files read and written, devices,
    network, memory, processes. The policy is then tried: the same run, in the sandbox.

    Its working folder is empty and private, as that of a job is; name files by absolute paths.

      --output FILE         Write the policy there (standard output, and what the program prints
                            goes to standard error)
      --user NAME           Run the program as this user, and say so in the policy
      --same-user           Run it as whoever starts this, for a service that does so too
      --no-trial            Only watch
      --work-folder PATH, --id-range FIRST-LAST, --launcher PATH
                            As for the service, for the trial

    Exit code: 0 the trial went as the first run, 1 it did not, and the policy says how, 64 the
    command line is wrong, 71 the program or strace could not be run.

    """

  /// - Parameter words: what follows the word `trace`.
  init(_ words: [String]) throws(OptionError) {
    let (options, operands) = CommandLineReader.split(words)
    var reader = CommandLineReader(options)
    while let word = reader.upcoming, let item = reader.next() {
      guard case .option(let option) = item, try read(option, &reader) else {
        throw OptionError(
          what: "trace",
          why: "There is no option `\(Self.plain(word))` here. See: "
            + "http-runner trace --help", example: Self.example)
      }
    }
    guard !wantsHelp else { return }
    if user != nil, isSameUser {
      throw OptionError(
        what: "trace", why: "--user and --same-user exclude each other.", example: Self.example)
    }
    // An invalid value is reported here, and not by the trial.
    let line =
      trialOptions + idOptions + ExecOptions.runningOption(for: idOptions) + ["-w", "/bin/true"]
    if case .serve(let trial) = try OptionParser.parse(line) {
      idRange = trial.idRange
    }
    guard let program = operands?.first, program.hasPrefix("/") else {
      throw OptionError(
        what: "trace", why: "It needs a program behind `--`, by its absolute path.",
        example: Self.example)
    }
    self.program = program
    arguments = Array(operands?.dropFirst() ?? [])
  }

  /// - Returns: false where there is no such option.
  private mutating func read(
    _ option: CommandLineReader.Option, _ reader: inout CommandLineReader
  ) throws(OptionError) -> Bool {
    switch option.spelling {
    case "--help": wantsHelp = true
    case "--no-trial" where option.attached == nil: isTried = false
    case "--same-user" where option.attached == nil: isSameUser = true
    case "--output": output = try Self.value(of: option, &reader)
    case "--user": user = try Self.value(of: option, &reader)
    case "--id-range":
      idOptions.append("\(option.spelling)=\(try Self.value(of: option, &reader))")
    case "--work-folder", "--launcher":
      trialOptions.append("\(option.spelling)=\(try Self.value(of: option, &reader))")
    default: return false
    }
    return true
  }

  private static func value(
    of option: CommandLineReader.Option, _ reader: inout CommandLineReader
  ) throws(OptionError) -> String {
    guard let value = reader.value(of: option), !value.isEmpty else {
      throw OptionError(what: option.spelling, why: "It needs a value.", example: example)
    }
    return value
  }

  /// Control characters would forge lines of the log.
  private static func plain(_ word: String) -> String {
    String(word.unicodeScalars.map { $0.value < 0x20 || $0.value > 0x7e ? "?" : Character($0) })
  }
}
