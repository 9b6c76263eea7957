internal import Glibc
internal import RunnerConfiguration
internal import RunnerCore
internal import Sandbox
internal import SystemBase

/// `http-runner trace [options] -- /path [argument...]`: watches one run, writes the smallest
/// policy that allows the same, and tries it.
enum TraceCommand {
  /// Runs under one draft after another: each time with what the one before was refused.
  private static let trialsMax = 5
  /// The trial went another way than the observed run.
  private static let differed: Int32 = 1

  /// - Parameter arguments: what follows the word.
  /// - Returns: 0 where the trial went as the run before, 1 where not; codes of sysexits.h where
  ///   the command line or the host is at fault.
  static func run(_ arguments: [String]) -> Int32 {
    let log = ServiceLog()
    do {
      let options = try TraceOptions(arguments)
      guard !options.wantsHelp else {
        print(TraceOptions.help, terminator: "")
        return ExitCode.ok.rawValue
      }
      return try run(options, log)
    } catch let error as OptionError {
      log.log(.error, "trace.usage_wrong", error.description)
      return ExitCode.usage.rawValue
    } catch let failure as StartFailure {
      log.log(.error, "trace.failed", failure.text)
      return failure.code.rawValue
    } catch {
      log.log(.error, "trace.failed", "\(error)")
      return ExitCode.systemRefused.rawValue
    }
  }

  private static func run(
    _ options: TraceOptions, _ log: ServiceLog
  ) throws(StartFailure) -> Int32 {
    var service = ServiceSettings()
    service.sameUser = options.isSameUser
    try PrivilegeMode.check(service)
    PrivilegeMode.prepareProcess()
    let owner = try owner(options)
    let scratch = try TraceScratch(owner: owner)
    defer { scratch.remove() }
    // The policy is what standard output is for, unless it has a file.
    let stdout = options.output == nil ? STDERR_FILENO : STDOUT_FILENO
    let seen = try TraceRun.observe(options, as: owner, in: scratch, stdout: stdout)
    guard seen.observation.isComplete else {
      throw .system("\(options.program) could not be executed as an unprivileged user.")
    }
    if seen.observation.unparsedLines > 0 {
      log.log(
        .warning, "trace.lines_unknown",
        "\(seen.observation.unparsedLines) lines of strace were not understood; the "
          + "trial shows what is missing", ["lines": .integer(seen.observation.unparsedLines)])
    }
    var draft = TraceDraft(
      seen.observation, user: options.user, scratch: scratch.path, seconds: seen.seconds,
      openFilesMax: try openFilesMax())
    var text = TraceText(draft: draft, arguments: options.arguments)
    guard options.isTried else {
      text.verdict = (failure(seen.end) ?? "") + "It was not tried."
      if let failure = failure(seen.end) { log.log(.warning, "trace.run_failed", failure) }
      try write(text, options)
      return ExitCode.ok.rawValue
    }
    let trial = TraceTrial(options: options, scratch: scratch, stdout: stdout)
    let report = try refine(&draft, by: trial)
    let isSame = report.ends(like: seen.end)
    text = TraceText(draft: draft, arguments: options.arguments)
    text.verdict = verdict(report, seen.end, isSame)
    try write(text, options)
    let isSuspect = !isSame || failure(seen.end) != nil
    log.log(isSuspect ? .warning : .info, "trace.finished", text.verdict ?? "")
    return isSame ? ExitCode.ok.rawValue : differed
  }

  /// The hard limit, which the trial could not raise, as far as policy goes (`limits.openFiles`).
  private static func openFilesMax() throws(StartFailure) -> Int {
    do throws(SystemCallFailure) {
      return Int(min(try ProcessLimits.hard(.openFiles), 1 << 20))
    } catch {
      throw .system("\(error).")
    }
  }

  /// Refines the draft: each trial grants what the one before was refused and a profile allows.
  private static func refine(
    _ draft: inout TraceDraft, by trial: TraceTrial
  ) throws(StartFailure) -> ExecReport {
    var report = try trial.run(draft)
    for _ in 1..<trialsMax where !report.refused.isEmpty {
      guard draft.widen(by: report.refused) else { break }
      report = try trial.run(draft)
    }
    return report
  }

  private static func owner(_ options: TraceOptions) throws(StartFailure) -> FixedIdentity? {
    if options.isSameUser { return nil }
    if let user = options.user { return try AccountLookup.fixed(user, option: "--user") }
    // That of the first job, so that the trial may write what the first run made.
    let range = IdentityRange(first: options.idRange.lowerBound, last: options.idRange.upperBound)
    guard let id = range?.job(0), let owner = FixedIdentity(uid: id, gid: id) else {
      throw .configuration("The id range is not usable; see --help.")
    }
    return owner
  }

  private static func verdict(
    _ report: ExecReport, _ end: ToolProgram.End, _ isSame: Bool
  ) -> String {
    let seen = end.isSignal ? "signal \(end.value)" : "exit code \(end.value)"
    var text = failure(end) ?? ""
    text +=
      isSame
      ? "Tried in the sandbox: it went the same way, \(seen)."
      : "Tried in the sandbox, and it went another way: \(report.words) instead of \(seen)."
    if !report.refused.isEmpty {
      text += " Refused: \(Set(report.refused).sorted().joined(separator: ", "))."
    }
    return text
  }

  /// What a first run that failed means for the policy; nil for one that did not.
  private static func failure(_ end: ToolProgram.End) -> String? {
    guard end.isSignal || end.value != 0 else { return nil }
    let words = end.isSignal ? "signal \(end.value)" : "exit code \(end.value)"
    return "Warning: the first run itself ended with \(words), so that the policy covers no more "
      + "than what came before that. "
  }

  private static func write(_ text: TraceText, _ options: TraceOptions) throws(StartFailure) {
    guard let output = options.output else {
      print(text.document, terminator: "")
      return
    }
    try TraceScratch.write(text.document, to: output)
  }
}

extension ExecReport {
  fileprivate func ends(like end: ToolProgram.End) -> Bool {
    failure == nil && (end.isSignal ? signal : exitCode) == Int(end.value)
  }

  fileprivate var words: String {
    if let failure { return failure }
    return signal.map { "signal \($0)" } ?? exitCode.map { "exit code \($0)" } ?? "no end"
  }
}
