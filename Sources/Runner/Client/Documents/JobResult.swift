import TextFormats

/// How a job ended, as its document says.
struct JobResult {
  let document: JSONNode

  private var outcome: String { document["outcome"]?.text ?? "" }

  /// The sentence of `err`; nil where the program ended by itself.
  var message: String? { document["err"]?["message"]?.text }

  /// Whether it was cancelled, and had ended before it was killed for that.
  var hasEndedOnRequest: Bool {
    outcome == "cancelled" && document["unfinished"]?.flag != true
      && document["code"]?.integer != nil
  }

  /// Whether it succeeded: by what its entry says of that, else by an exit with 0.
  var hasSucceeded: Bool {
    document["succeeded"]?.flag ?? (outcome == "exited" && document["code"]?.integer == 0)
  }

  /// The exit code that tells of it: the program's own where it exited by itself.
  ///
  /// - Parameter isCancelledHere: whether this client asked for the end of it.
  func exitCode(isCancelledHere: Bool = false) -> Int32 {
    switch outcome {
    case "exited": document["code"]?.integer.map { Int32(clamping: $0) } ?? 125
    case "signaled": 128 + Int32(clamping: document["signal"]?.integer ?? 0)
    case "filtered": 128 + Self.badSystemCall
    case "timeout", "stalled": ClientExit.timeout.rawValue
    case "memory": ClientExit.memory.rawValue
    case "cancelled":
      (isCancelledHere ? ClientExit.interrupted : ClientExit.cancelledElsewhere).rawValue
    case "rejected": ClientExit.conflict.rawValue
    case "launch_failed", "skipped": ClientExit.launchFailed.rawValue
    default: ClientExit.serviceLost.rawValue
    }
  }

  /// SIGSYS, by which the kernel ends who makes a call that the filter does not let through.
  private static let badSystemCall: Int32 = 31

  /// Whether there is something to say of it beside its code.
  var isOfService: Bool { outcome != "exited" && outcome != "signaled" }
}
