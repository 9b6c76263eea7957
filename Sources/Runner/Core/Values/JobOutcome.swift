/// How a job ended.
package enum JobOutcome: Hashable, Sendable {
  /// The program exited with this code (exit(3)).
  case exited(code: UInt8)
  /// A signal terminated the program, those of its limits included (SIGXCPU, SIGXFSZ).
  case signaled(signal: Int32)
  /// The program never ran, or its sandbox could not be completed. Indirect, because it would make
  /// every job that waits as large as itself.
  indirect case launchFailed(LaunchFailure)
  /// The wall-clock limit ended it; `code` is what it still managed to exit with.
  case timedOut(code: UInt8?, seconds: Int)
  /// It did nothing for as long as it may, this time, and was ended; `code` as above.
  case stalled(code: UInt8?, seconds: Int)
  /// The deadline of its request ended it, or came before it could start; `code` as above.
  case overdue(code: UInt8?)
  /// A request cancelled it; `code` as above.
  case cancelled(code: UInt8?)
  /// The job was terminated at the memory limit of all its processes together.
  case outOfMemory
  /// The job was terminated for a system call; `call` is the name of the call.
  case filtered(call: String)
  /// The program exited with a code of success, and something else that its entry asks of a success
  /// is not so: what it printed, a check of its results, or their names. Indirect as above.
  indirect case rejected(LaunchFailure)
  /// The service was told to stop before the job had ended; `code` as above.
  case stopped(code: UInt8?)
  /// A job that it was to follow, this one, ended without success: it never started.
  case skipped(after: JobID)
  /// The launcher went away while the job ran, or the service without a stop.
  case lost

  /// Exit code, or negative errno of a failed launch; nil (`null` for clients) for all other ends.
  package var code: Int? {
    switch self {
    case .exited(let code): Int(code)
    case .launchFailed(let failure): -Int(failure.errno)
    case .timedOut(let code, _), .stalled(let code, _), .overdue(let code), .cancelled(let code),
      .stopped(let code):
      code.map(Int.init)
    case .signaled, .lost, .outOfMemory, .filtered, .rejected, .skipped: nil
    }
  }

  /// Whether jobs that are to follow it start.
  package var isSuccess: Bool { self == .exited(code: 0) }

  /// Whether the service or its launcher, and not the job or a client, brought the end about.
  var isInterruption: Bool {
    switch self {
    case .stopped, .lost: true
    default: false
    }
  }

  /// The kind of outcome as one word for clients.
  package var name: String {
    switch self {
    case .exited: "exited"
    case .signaled: "signaled"
    case .launchFailed: "launch_failed"
    case .timedOut, .overdue: "timeout"
    case .stalled: "stalled"
    case .cancelled: "cancelled"
    case .outOfMemory: "memory"
    case .filtered: "filtered"
    case .rejected: "rejected"
    case .stopped, .lost: "interrupted"
    case .skipped: "skipped"
    }
  }

  /// The member `err` of the document; nil where the program exited or a signal terminated it.
  package var failure: LaunchFailure? {
    switch self {
    case .exited, .signaled:
      nil
    case .launchFailed(let failure), .rejected(let failure):
      failure
    case .timedOut(_, let seconds):
      LaunchFailure(
        step: "wallclock", .timedOut,
        message: "The job reached its wall-clock limit of \(seconds) s and was ended.")
    case .stalled(_, let seconds):
      LaunchFailure(
        step: "stall", .timedOut,
        message: "The job did nothing for \(seconds) s (stallAfter), and was ended: no output, no "
          + "progress, no processor time.")
    case .overdue:
      LaunchFailure(
        step: "deadline", .timedOut,
        message: "The deadline of the job came before its end.")
    case .cancelled:
      LaunchFailure(
        step: "cancel", .cancelled, message: "The job was cancelled by a request.")
    case .stopped:
      LaunchFailure(
        step: "stop", .cancelled, message: "The service was stopped before the job had ended.")
    case .skipped(let id):
      LaunchFailure(
        step: "after", .cancelled,
        message: "The job \(id), which it was to follow, did not succeed, so it never started.")
    case .outOfMemory:
      LaunchFailure(
        step: "memory", .outOfMemory,
        message: "The job reached its limit of memory and was ended.")
    case .filtered(let call):
      LaunchFailure(
        step: "filter", .notPermitted,
        message: "The job was ended because it made the system call \(call).")
    case .lost:
      LaunchFailure(
        step: "launcher", .connectionReset,
        message: "The service or its launcher went away while the job ran, and the job with it.")
    }
  }
}
