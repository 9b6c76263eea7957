import RunnerCore

/// Where the path of a request leads. Decided on the raw bytes: `/%2e` is not `/.` here, and a path
/// is never decoded.
enum Route: Hashable, Sendable {
  /// `/`: jobs are submitted here.
  case submissions
  /// `/jobs`: what there is.
  case jobs
  /// `/<40 hex digits>`, with or without a trailing slash.
  case job(JobID)
  /// `/<id>/stdout` and `/<id>/stderr`: one output stream, as it was written.
  case output(JobID, OutputStreamName)
  /// `/<id>/events`: all that happens to the job, as it happens.
  case events(JobID)
  /// `/<id>/cancel`.
  case cancel(JobID)
  /// `/<id>/freeze`.
  case freeze(JobID)
  /// `/<id>/thaw`.
  case thaw(JobID)
  /// `/queue`.
  case queue
  /// `/queue/pause`.
  case pause
  /// `/queue/resume`.
  case resume
  /// `/<id>/callbacks`: what became of its callback.
  case callbacks(JobID)
  /// `/<id>/redeliver`.
  case redeliver(JobID)
  /// Nothing is there.
  case unknown
  /// The target is longer than is read.
  case tooLong
  /// The target holds a byte that no target may hold.
  case malformed

  /// One more than the longest path that leads anywhere: `/`, the id, `/callbacks`, `/`.
  private static let pathBytesMax = JobID.digitCount + 13

  /// - Parameter path: a target up to its `?`.
  init(path: some Sequence<UInt8>) {
    let path = Array(path.prefix(Self.pathBytesMax))
    guard path.first == UInt8(ascii: "/") else {
      self = .unknown
      return
    }
    var parts = path.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
    ).map { String(decoding: $0, as: UTF8.self) }
    if parts.count > 1, parts.last == "", parts.first != "" { parts.removeLast() }
    self = Self.route(parts)
  }

  /// What there is beside jobs. docs/openapi.json has the same paths; a test holds them together.
  static let plain: [String: Route] = [
    "": .submissions, "jobs": .jobs, "queue": .queue, "queue/pause": .pause,
    "queue/resume": .resume,
  ]

  /// What there is of a job, behind its id.
  static let ofJob: [String: @Sendable (JobID) -> Route] = [
    "": { .job($0) }, "stdout": { .output($0, .stdout) }, "stderr": { .output($0, .stderr) },
    "events": { .events($0) }, "cancel": { .cancel($0) }, "freeze": { .freeze($0) },
    "thaw": { .thaw($0) }, "callbacks": { .callbacks($0) },
    "redeliver": { .redeliver($0) },
  ]

  private static func route(_ parts: [String]) -> Route {
    if let id = JobID(parts[0]) {
      // `/<id>//` is not `/<id>`.
      guard !parts.contains("") else { return .unknown }
      return ofJob[parts.dropFirst().joined(separator: "/")]?(id) ?? .unknown
    }
    return plain[parts.joined(separator: "/")] ?? .unknown
  }

  /// The methods that it takes; none where nothing is.
  private var methods: [(RequestHead.Method, String)] {
    switch self {
    case .submissions, .cancel, .freeze, .thaw, .pause, .resume, .redeliver: [(.post, "POST")]
    case .jobs, .output, .events, .queue, .callbacks: [(.get, "GET"), (.head, "HEAD")]
    case .job: [(.get, "GET"), (.head, "HEAD"), (.delete, "DELETE")]
    case .unknown, .tooLong, .malformed: []
    }
  }

  /// What `Allow` says beside a 405, or nil where there is nothing.
  var allowed: String? {
    methods.isEmpty ? nil : methods.map(\.1).joined(separator: ", ")
  }

  func allows(_ method: RequestHead.Method) -> Bool {
    methods.contains { $0.0 == method }
  }
}
