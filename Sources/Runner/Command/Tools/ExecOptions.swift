internal import RunnerConfiguration

/// The command line of `exec` and `explain`: options of the service, then what is meant.
struct ExecOptions {
  let options: Options
  /// A path, or an alias of the configuration file.
  let program: String
  let arguments: [String]
  /// Where the end of the run is written, as JSON; nil for nowhere.
  let report: String?

  private static let example = "http-runner exec --limit-cpu 10 -- /usr/bin/ffmpeg -version"

  /// - Throws: `OptionError` for a line without `--` and a program behind it, and for whatever the
  ///   options have wrong.
  init(_ words: [String]) throws(OptionError) {
    guard let end = words.firstIndex(of: "--"), let program = words[(end + 1)...].first else {
      throw OptionError(
        what: "exec", why: "It needs a program behind `--`, by path or by alias.",
        example: Self.example)
    }
    var line = Array(words[..<end])
    report = try Self.parseReport(from: &line)
    // A path need not be configured; an alias must be.
    if program.hasPrefix("/") { line += ["-w", program] }
    guard case .serve(let options) = try OptionParser.parse(line) else {
      throw OptionError(
        what: "exec", why: "It takes options of the service.", example: Self.example)
    }
    self.options = options
    self.program = program
    self.arguments = Array(words[(end + 2)...])
  }

  private static func parseReport(from line: inout [String]) throws(OptionError) -> String? {
    guard let index = line.firstIndex(where: { $0 == "--report" || $0.hasPrefix("--report=") })
    else { return nil }
    let word = line.remove(at: index)
    let attached = word.dropFirst("--report=".count)
    if !attached.isEmpty { return String(attached) }
    guard word == "--report", index < line.endIndex, !line[index].hasPrefix("-") else {
      throw OptionError(
        what: "--report", why: "It needs a value (FILE).", example: "--report /tmp/run.json")
    }
    return line.remove(at: index)
  }
}
