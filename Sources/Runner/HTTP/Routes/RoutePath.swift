import RunnerCore

/// The path of a request target, split where a route can match it. Compared byte by byte and never
/// percent-decoded: `/%2e` is not `/.` here. The name of a file alone is, behind the match.
enum RoutePath: Hashable, Sendable {
  /// The path without its slashes at the start and at the end.
  case fixed(String)
  /// A job's id, and the path behind it.
  case job(JobID, String)

  /// - Parameter path: a target up to its `?`.
  /// - Returns: nil for a path that no pattern can match: one without a slash at its start, or with
  ///   an empty segment. A slash at the end counts for nothing, but only one does.
  init?(_ path: [UInt8]) {
    let slash = UInt8(ascii: "/")
    guard path.first == slash else { return nil }
    var rest = path.dropFirst()
    if rest.count > 1, rest.last == slash, rest.first != slash { rest.removeLast() }
    guard rest.first != slash, rest.last != slash,
      !zip(rest, rest.dropFirst()).contains(where: { $0 == slash && $1 == slash })
    else { return nil }
    let first = rest.prefix { $0 != slash }
    if let id = JobID(digits: first) {
      self = .job(id, String(decoding: rest[first.endIndex...].dropFirst(), as: UTF8.self))
    } else {
      self = .fixed(String(decoding: rest, as: UTF8.self))
    }
  }

  /// The one pattern that matches it.
  var pattern: RoutePattern {
    switch self {
    case .fixed(let rest):
      if dashboardName != nil { .dashboard } else { hookName == nil ? .fixed(rest) : .hook }
    case .job(_, let rest): writtenFileName == nil ? .job(rest) : .file
    }
  }

  private static let files = "files/"
  private static let dashboard = "ui/"
  private static let hooks = "hooks/"
  /// Bytes of the name of a hook.
  static let hookBytesMax = 64

  /// The name of a file of the dashboard; nil for another path.
  var dashboardName: Substring? {
    guard case .fixed(let rest) = self, rest.hasPrefix(Self.dashboard) else { return nil }
    let name = rest.dropFirst(Self.dashboard.count)
    return name.isEmpty || name.utf8.contains(UInt8(ascii: "/")) ? nil : name
  }

  /// The name of a hook; nil for another path.
  var hookName: String? {
    guard case .fixed(let rest) = self, rest.hasPrefix(Self.hooks) else { return nil }
    let name = rest.dropFirst(Self.hooks.count)
    return name.isEmpty || name.utf8.contains(UInt8(ascii: "/")) ? nil : String(name)
  }

  /// What stands in the place of a file's name, as it was written; nil for another path.
  var writtenFileName: Substring? {
    guard case .job(_, let rest) = self, rest.hasPrefix(Self.files) else { return nil }
    let name = rest.dropFirst(Self.files.count)
    return name.isEmpty || name.utf8.contains(UInt8(ascii: "/")) ? nil : name
  }
}
