internal import RunnerConfiguration

/// The command line of `exec` and `explain`: options of the service, then what is meant.
struct ExecOptions {
  let options: Options
  /// A path, or an alias of the configuration file.
  let program: String
  let arguments: [String]

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
}
