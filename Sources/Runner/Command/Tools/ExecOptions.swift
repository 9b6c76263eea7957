internal import RunnerConfiguration
internal import TextFormats

/// The command line of `exec` and `explain`: options of the service, then what is meant.
struct ExecOptions {
  let options: Options
  /// A path, or an alias of the configuration file.
  let program: String
  let arguments: [String]
  /// Where the end of the run is written, as JSON; nil for nowhere.
  let report: String?
  /// Whether the caller, a `trace`, has reserved the ids of `--id-range`.
  let holdsIDs: Bool

  /// The word by which `trace` says so.
  static let heldIDs = "--ids-held"

  private static let example = "http-runner exec --limit-cpu 10 -- /usr/bin/ffmpeg -version"

  /// - Throws: `OptionError` for a line without `--` and a program behind it, and for whatever the
  ///   options have wrong.
  init(_ words: [String]) throws(OptionError) {
    let (before, behind) = CommandLineReader.split(words)
    guard let operands = behind, let program = operands.first else {
      throw OptionError(
        what: "exec", why: "It needs a program behind `--`, by path or by alias.",
        example: Self.example)
    }
    var line = before
    report = try Self.parseReport(from: &line)
    let count = line.count
    line.removeAll { $0 == Self.heldIDs }
    holdsIDs = line.count < count
    line += Self.runningOption(for: line)
    // A path need not be configured; an alias must be.
    if program.hasPrefix("/") { line += ["-w", program] }
    guard case .serve(let options) = try OptionParser.parse(line) else {
      throw OptionError(
        what: "exec", why: "It takes options of the service.", example: Self.example)
    }
    self.options = options
    self.program = program
    self.arguments = Array(operands.dropFirst())
  }

  /// One job runs, so a range that is given need hold ids for one only.
  static func runningOption(for line: [String]) -> [String] {
    let has = { (name: String) in line.contains { $0 == name || $0.hasPrefix(name + "=") } }
    return has("--id-range") && !has("--running") ? ["--running=1"] : []
  }

  /// Takes the one option that is not the service's out of the line.
  private static func parseReport(from line: inout [String]) throws(OptionError) -> String? {
    for index in line.indices {
      guard case .option(let option) = CommandLineReader.item(line[index]),
        option.spelling == "--report"
      else { continue }
      var reader = CommandLineReader(line[(index + 1)...])
      guard let file = reader.value(of: option, where: { !$0.hasPrefix("-") }), !file.isEmpty else {
        throw OptionError(
          what: "--report", why: "It needs a value (FILE).", example: "--report /tmp/run.json")
      }
      line.removeSubrange(index...(option.attached == nil ? index + 1 : index))
      return file
    }
    return nil
  }
}
