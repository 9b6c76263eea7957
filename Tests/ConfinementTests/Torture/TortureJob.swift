import TestSupport

/// One job of the load: what it does, and what may be expected of it.
struct TortureJob: Sendable, Hashable {
  enum Kind: String, CaseIterable, Sendable {
    case quick, failing, large, reading, napping, again, long, cancelled
  }

  /// Told by nobody else, so that a line of the witness names its job.
  let token: String
  let kind: Kind
  let key: String?
  /// Where the receiver listens; nil for a job without callback.
  let receiver: UInt16?

  /// Long output is a file: more than the store keeps in a row.
  static let largeBytes = 150_000

  /// Which entry of `configuration` runs it.
  var entry: String {
    switch kind {
    case .again: "again"
    case .long, .cancelled: "long"
    case .quick, .failing, .large, .reading, .napping: "once"
    }
  }

  /// Whether it may run a second time.
  var isRestartable: Bool { kind == .again }

  /// What it must have written to standard output when it has ended by itself.
  var stdout: (bytes: Int, text: String?) {
    switch kind {
    case .quick: (token.utf8.count + 1, token + "\n")
    case .reading: (token.utf8.count, token)
    case .large: (Self.largeBytes, nil)
    default: (0, "")
    }
  }

  var code: Int { kind == .failing ? 3 : 0 }

  /// The request's body.
  var body: String {
    var text =
      "{\"command\":\"\(entry)\",\"args\":[\"\(token)\",\"\(kind.rawValue)\"],"
      + "\"labels\":{\"kind\":\"\(kind.rawValue)\"}"
    if kind == .reading { text += ",\"stdin\":\"\(token)\"" }
    if let receiver { text += ",\"callback\":\"http://127.0.0.1:\(receiver)/\(token)\"" }
    return text + "}"
  }

  /// The first thing that each job does is to add its token to the witness, a file that is none of
  /// the service's: what is in there ran, whatever the service says.
  static func configuration(witness folder: String) -> String {
    let script = """
      echo "$1" >>\(folder)/ran || exit 9
      case $2 in
      quick) echo "$1" ;;
      failing) exit 3 ;;
      large) yes torture | head -c \(largeBytes) ;;
      reading) cat ;;
      napping | again) sleep 0.03 ;;
      *) exec sleep 1000 ;;
      esac
      """
    let common =
      "path: \"/bin/sh\", write: [\"\(folder)\"], "
      + "arguments: {first: [\"-c\", \(JSONText.quoted(script)), \"sh\"]}"
    // Retries come soon, and are many: a try that died with the service counts as none.
    let retries = Array(repeating: "\"100ms\"", count: 20).joined(separator: ", ")
    return """
      {service: {callbacks: {retries: [\(retries)]}}, entries: {
        once: {\(common)},
        again: {restartable: true, \(common)},
        long: {running: 3, \(common)},
      }}
      """
  }
}
