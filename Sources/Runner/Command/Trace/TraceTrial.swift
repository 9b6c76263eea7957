internal import Glibc
internal import SandboxClient

/// The same run in the sandbox, under a draft: `http-runner exec` as a program of its own, because
/// what gives its privilege away has it no more for a second trial.
struct TraceTrial {
  let options: TraceOptions
  let scratch: TraceScratch
  let stdout: Int32
  /// Reserved for the trace; nil for an ordinary user.
  let ids: ClosedRange<UInt32>?

  private static let this = "/proc/self/exe"

  /// - Returns: how it ended.
  func run(_ draft: TraceDraft) throws(StartFailure) -> ExecReport {
    var text = TraceText(draft: draft, arguments: options.arguments)
    text.diagnoses = true
    try TraceScratch.write(text.document, to: scratch.policy)
    var words = ["http-runner", "exec", "--config", scratch.policy, "--report", scratch.report]
    words += options.trialOptions
    if let ids {
      words += ["--id-range=\(ids.lowerBound)-\(ids.upperBound)", ExecOptions.heldIDs]
    } else {
      words.append("--same-user")
    }
    words += ["--", draft.alias] + options.arguments
    do {
      let tool = try ToolProgram.start(
        Self.this, arguments: words, environment: Self.environment, folder: "/",
        streams: [STDIN_FILENO, stdout, STDERR_FILENO])
      let end = try tool.wait()
      guard let report = try report() else {
        if !end.isSignal, end.value == ExitCode.configurationRefused.rawValue {
          // Another host may honour it; `exec` has said why this one does not.
          return ExecReport(failure: "this host cannot honour the policy")
        }
        throw StartFailure.system("The trial did not come about (exit code \(end.value)).")
      }
      return report
    } catch let failure as StartFailure {
      throw failure
    } catch {
      throw .system("The trial could not be started: \(error).")
    }
  }

  /// What `exec` wrote; nil where it did not come so far.
  private func report() throws(StartFailure) -> ExecReport? {
    guard let bytes = try? ConfigurationFile.read(scratch.report, mustBeSafe: false).bytes else {
      return nil
    }
    return ExecReport(bytes)
  }

  /// HOME says where the folders of an ordinary user are.
  private static var environment: [String] {
    let home = EnvironmentVariable.value(of: "HOME") ?? "/"
    return ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=\(home)", "LANG=C.UTF-8"]
  }
}
