import RunnerCore

/// The outcome of a job as columns: name, detail (signal, errno or seconds), exit code, and texts,
/// each where the outcome has one.
struct StoredOutcome: Hashable, Sendable {
  var name: String
  var detail: Int64?
  var code: Int64?
  var texts: [String] = []

  /// The text of an interruption by a stop of the service.
  private static let stopText = "stop"

  init(name: String, detail: Int64?, code: Int64?, texts: [String]) {
    self.name = name
    self.detail = detail
    self.code = code
    self.texts = texts
  }

  init(_ outcome: JobOutcome) {
    name = outcome.name
    switch outcome {
    case .exited(let code):
      self.code = Int64(code)
    case .signaled(let signal):
      detail = Int64(signal)
    case .launchFailed(let failure), .rejected(let failure):
      detail = Int64(failure.errno)
      texts = [failure.step, failure.name, failure.message]
    case .timedOut(let code, let seconds), .stalled(let code, let seconds):
      self.code = code.map(Int64.init)
      detail = Int64(seconds)
    case .overdue(let code), .cancelled(let code):
      self.code = code.map(Int64.init)
    case .stopped(let code):
      self.code = code.map(Int64.init)
      texts = [Self.stopText]
    case .filtered(let call):
      texts = [call]
    case .skipped(let id):
      texts = [id.description]
    case .outOfMemory, .lost:
      break
    }
  }

  /// The outcome; nil for columns that no outcome has.
  var outcome: JobOutcome? {
    let exit = code.map { UInt8(truncatingIfNeeded: $0) }
    switch (name, texts.count) {
    case ("exited", 0): return exit.map { .exited(code: $0) }
    case ("signaled", 0): return detail.map { .signaled(signal: Int32(truncatingIfNeeded: $0)) }
    case ("launch_failed", 3): return failure.map { .launchFailed($0) }
    case ("rejected", 3): return failure.map { .rejected($0) }
    case ("timeout", 0):
      // A deadline has no number of seconds.
      return detail.map { .timedOut(code: exit, seconds: Int($0)) } ?? .overdue(code: exit)
    case ("stalled", 0): return detail.map { .stalled(code: exit, seconds: Int($0)) }
    case ("cancelled", 0): return .cancelled(code: exit)
    case ("memory", 0): return .outOfMemory
    case ("filtered", 1): return .filtered(call: texts[0])
    case ("skipped", 1): return JobID(texts[0]).map { .skipped(after: $0) }
    case ("interrupted", 0): return .lost
    case ("interrupted", 1) where texts[0] == Self.stopText: return .stopped(code: exit)
    default: return nil
    }
  }

  private var failure: LaunchFailure? {
    detail.map { number in
      LaunchFailure(
        step: texts[0], errno: Int32(truncatingIfNeeded: number), name: texts[1], message: texts[2])
    }
  }
}
