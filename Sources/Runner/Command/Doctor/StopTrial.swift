internal import RunnerConfiguration
internal import SandboxBase
internal import SandboxClient

/// What came of one stop of a program that works.
struct StopTrial: Hashable {
  /// How the trial ended.
  enum Outcome: Hashable {
    /// It ended within its grace, after so many milliseconds.
    case ended(milliseconds: Int)
    /// Something of it was still at work when its grace was over, and was killed.
    case killed
    /// It had ended before it was asked to.
    case early
    /// It did not run: why.
    case failed(String)
  }

  /// Name of the entry.
  let name: String
  let policy: EntryPolicy
  /// Seconds that it worked before it was asked to end.
  let workSeconds: UInt32
  let outcome: Outcome
  /// Its exit code, or the signal that ended it; nil where it did not run.
  let code: Int?
  let signal: Int?

  /// - Parameter stopTime: from the stop to the end; nil where it had ended before.
  init(
    _ name: String, _ policy: EntryPolicy, workSeconds: UInt32, _ end: LaunchEnd,
    stopTime: Duration?
  ) {
    self.name = name
    self.policy = policy
    self.workSeconds = workSeconds
    switch (end, stopTime) {
    case (.ended(let end), let time?):
      outcome = end.isKilledInGrace ? .killed : .ended(milliseconds: Int(time / .milliseconds(1)))
    case (.ended, nil): outcome = .early
    case (.failed(let fault), _): outcome = .failed(fault.message)
    case (.lost, _): outcome = .failed("The launcher went away while the program ran.")
    }
    guard case .ended(let end) = end else {
      (code, signal) = (nil, nil)
      return
    }
    (code, signal) = end.isSignal ? (nil, Int(end.value)) : (Int(end.value), nil)
  }

  var exitCode: ExitCode {
    switch outcome {
    case .ended: .ok
    case .early: .usage
    case .killed, .failed: .configurationRefused
    }
  }

  private var how: String {
    if let signal { return "by signal \(signal)" }
    return code.map { "with code \($0)" } ?? "not known how"
  }

  var text: String {
    let signal = policy.stopSignal.description
    let grace = "\(policy.graceMilliseconds / 1000) s"
    switch outcome {
    case .ended(let milliseconds):
      return "\(name): \(signal) was sent after \(workSeconds) s; the job had ended "
        + "\(milliseconds) ms later, \(how), within its grace of \(grace)."
    case .killed:
      return "\(name): \(signal) was sent after \(workSeconds) s; something of the job was at work "
        + "when its grace of \(grace) was over, and was killed. Raise grace, or set stopSignal to "
        + "a signal that it heeds."
    case .early:
      return "\(name): it ended by itself, \(how), before \(signal) was due after \(workSeconds) s."
        + " Give it arguments for longer work behind `--`, or a shorter time with --after."
    case .failed(let why):
      return "\(name): it did not run: \(why)"
    }
  }

  var json: String {
    let word: String
    var milliseconds: Int?
    var failure: String?
    switch outcome {
    case .ended(let time): (word, milliseconds) = ("ended", time)
    case .killed: word = "killed"
    case .early: word = "early"
    case .failed(let why): (word, failure) = ("failed", why)
    }
    return JSONText.members([
      ("entry", .text(name)), ("stopSignal", .text(policy.stopSignal.description)),
      ("graceSeconds", .int(Int(policy.graceMilliseconds / 1000))),
      ("workSeconds", .int(Int(workSeconds))), ("outcome", .text(word)),
      ("milliseconds", milliseconds.map(JSONText.int)), ("code", code.map(JSONText.int)),
      ("signal", signal.map(JSONText.int)), ("failure", failure.map(JSONText.text)),
    ]).document
  }
}
