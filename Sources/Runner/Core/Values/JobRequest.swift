internal import SharedBounds

/// One run that a client asks for: well formed, but not yet held against the whitelist.
package struct JobRequest: Hashable, Sendable {
  /// The whitelist entry, letter for letter.
  package let command: String
  /// Arguments of the program, without its own name.
  package private(set) var arguments: [String]
  /// The same, byte for byte, where one of them is no UTF-8; nil where the texts say all.
  package private(set) var rawArguments: [[UInt8]]?
  /// Callback URL, to which the ended job is sent; nil for none.
  package private(set) var callback: String?
  /// Limits and environment that the request sets within the policy of the entry.
  package let demands: JobDemands
  /// Labels by which clients can find the job, sorted by name.
  package private(set) var labels: [JobLabel] = []
  /// Priority in `priorities`: of one client's queued jobs, higher goes first.
  package private(set) var priority = JobRequest.priorityDefault
  /// Bytes that the program reads as its standard input.
  package private(set) var stdin: [UInt8] = []
  /// Wall-clock time at which the job is ended, queued or running; nil for none.
  package private(set) var deadline: Timestamp?
  /// When it may start.
  package private(set) var schedule = JobSchedule.immediate
  /// Whether its callback goes without its output, as the job stands in `GET /jobs`.
  package private(set) var isCallbackSlim = false

  /// Bytes of all arguments together, each with its closing NUL: a limit of the launcher.
  package static let argumentBytesMax = ArgumentBounds.bytesMax
  /// Number of arguments that one job may have.
  package static let argumentCountMax = ArgumentBounds.countMax
  /// Bytes of a callback URL at most.
  package static let callbackBytesMax = 2048
  /// Range of `priority`: higher goes first.
  package static let priorities = 0...10
  /// Priority of a request that names none.
  package static let priorityDefault = 5
  /// How far away a deadline may be, in seconds: thirty days.
  package static let deadlineSecondsMax = 30 * 86_400

  /// - Throws: `JobRefusal.field` naming `command`, `args` or `callback` when one holds a NUL or is
  ///   over its limit: execve(2) and the wire to the launcher could not carry it.
  package init(
    command: String, arguments: [String], callback: String? = nil,
    demands: JobDemands = JobDemands()
  ) throws(JobRefusal) {
    guard !command.utf8.contains(0) else {
      throw .field("command", "The command contains a NUL byte.")
    }
    guard arguments.count <= Self.argumentCountMax else {
      throw .field(
        "args", "There are \(arguments.count) arguments; at most \(Self.argumentCountMax) fit.")
    }
    if let index = arguments.firstIndex(where: { $0.utf8.contains(0) }) {
      throw .field("args", "Argument \(index + 1) contains a NUL byte.")
    }
    let bytes = arguments.reduce(0) { $0 + $1.utf8.count + 1 }
    guard bytes <= Self.argumentBytesMax else {
      throw .field(
        "args", "The arguments hold \(bytes) bytes; at most \(Self.argumentBytesMax) fit.")
    }
    if let callback, callback.utf8.count > Self.callbackBytesMax {
      throw .field(
        "callback",
        "The URL is \(callback.utf8.count) bytes long; at most \(Self.callbackBytesMax) fit.")
    }
    self.command = command
    self.arguments = arguments
    self.callback = callback
    self.demands = demands
  }

  /// A copy with labels.
  ///
  /// - Throws: `JobRefusal.field` naming `labels` when there are too many, or one is too long.
  package func labelled(_ labels: [JobLabel]) throws(JobRefusal) -> JobRequest {
    guard labels.count <= JobLabel.countMax else {
      throw .field("labels", "There are \(labels.count) labels; at most \(JobLabel.countMax) fit.")
    }
    for label in labels {
      let (name, value) = (label.name.utf8, label.value.utf8)
      guard !name.isEmpty, name.count <= JobLabel.bytesMax, value.count <= JobLabel.bytesMax,
        !name.contains(0), !value.contains(0), !name.contains(UInt8(ascii: ":"))
      else {
        throw .field(
          "labels",
          "A label has a name without a colon and a value, of at most \(JobLabel.bytesMax) bytes "
            + "each and without NUL.")
      }
    }
    var request = self
    request.labels = labels.sorted { $0.name < $1.name }
    return request
  }

  /// A copy with a priority.
  ///
  /// - Throws: `JobRefusal.field` naming `priority` when it is out of range.
  package func prioritized(_ priority: Int) throws(JobRefusal) -> JobRequest {
    guard Self.priorities.contains(priority) else {
      throw .field(
        "priority",
        "priority must be from \(Self.priorities.lowerBound) to \(Self.priorities.upperBound).")
    }
    var request = self
    request.priority = priority
    return request
  }

  /// A copy with a standard input.
  package func reading(_ stdin: [UInt8]) -> JobRequest {
    var request = self
    request.stdin = stdin
    return request
  }

  /// A copy with a deadline; the engine checks it against the clock.
  package func due(_ deadline: Timestamp?) -> JobRequest {
    var request = self
    request.deadline = deadline
    return request
  }

  /// A copy that starts when its schedule admits.
  package func scheduled(_ schedule: JobSchedule) -> JobRequest {
    var request = self
    request.schedule = schedule
    return request
  }

  /// A copy without a callback.
  func withoutCallback() -> JobRequest {
    var request = self
    request.callback = nil
    return request
  }

  /// A copy whose callback goes without the output of the job, or with it.
  package func callingBackSlim(_ isSlim: Bool) -> JobRequest {
    var request = self
    request.isCallbackSlim = isSlim
    return request
  }

  /// A copy with arguments that need not be UTF-8.
  ///
  /// - Throws: `JobRefusal.field` naming `argsBase64` when one holds a NUL, or they are over a
  ///   limit.
  package func passing(_ arguments: [[UInt8]]) throws(JobRefusal) -> JobRequest {
    guard arguments.count <= Self.argumentCountMax,
      arguments.reduce(0, { $0 + $1.count + 1 }) <= Self.argumentBytesMax
    else {
      throw .field(
        "argsBase64",
        "At most \(Self.argumentCountMax) arguments and \(Self.argumentBytesMax) bytes fit.")
    }
    if let index = arguments.firstIndex(where: { $0.contains(0) }) {
      throw .field("argsBase64", "Argument \(index + 1) contains a NUL byte.")
    }
    var request = self
    request.arguments = arguments.map { String(decoding: $0, as: UTF8.self) }
    let isText = zip(request.arguments, arguments).allSatisfy { $0.utf8.elementsEqual($1) }
    request.rawArguments = isText ? nil : arguments
    return request
  }

  /// The arguments, byte for byte.
  package var argumentBytes: [[UInt8]] { rawArguments ?? arguments.map { Array($0.utf8) } }

  /// What it takes in memory while it waits. Each text takes room beside its letters: without
  /// that, short ones would be almost free.
  var waitingBytes: Int {
    let texts =
      arguments + demands.environment.flatMap { [$0.name, $0.value] }
      + labels.flatMap { [$0.name, $0.value] }
    let rawBytes = rawArguments?.reduce(0) { $0 + MemoryLayout<[UInt8]>.stride + $1.count } ?? 0
    return texts.reduce(
      (callback?.utf8.count ?? 0) + stdin.count + rawBytes + schedule.waitingBytes
    ) {
      $0 + MemoryLayout<String>.stride + $1.utf8.count
    }
  }
}
