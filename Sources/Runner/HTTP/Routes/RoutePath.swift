import RunnerCore

/// The path of a request target, split where a route can match it. Compared byte by byte and never
/// percent-decoded: `/%2e` is not `/.` here.
enum RoutePath: Hashable, Sendable {
  /// The path without its slashes at the start and at the end.
  case fixed(String)
  /// A job's id, and the path behind it.
  case job(JobID, String)

  /// - Parameter path: a target up to its `?`.
  /// - Returns: nil for a path that no pattern can match: one without a slash at its start, or with
  ///   an empty segment. A slash at the end counts for nothing, but only one does.
  init?(_ path: some Sequence<UInt8>) {
    var segments = Array(path).split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false
    ).map { String(decoding: $0, as: UTF8.self) }
    guard segments.count > 1, segments.removeFirst().isEmpty else { return nil }
    if segments.count > 1, segments.last == "", segments[0] != "" { segments.removeLast() }
    guard !segments.contains("") || segments == [""] else { return nil }
    if let id = JobID(segments[0]) {
      self = .job(id, segments.dropFirst().joined(separator: "/"))
    } else {
      self = .fixed(segments.joined(separator: "/"))
    }
  }

  /// The one pattern that matches it.
  var pattern: RoutePattern {
    switch self {
    case .fixed(let rest): .fixed(rest)
    case .job(_, let rest): .job(rest)
    }
  }
}
