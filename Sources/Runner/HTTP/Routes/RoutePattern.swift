import RunnerCore

/// Set of paths that a route serves.
enum RoutePattern: Hashable, Sendable {
  /// `/` and this text, for instance `queue/pause`; empty for `/` itself.
  case fixed(String)
  /// `/`, a job's id and, unless the text is empty, `/` and this text, for instance `events`.
  case job(String)
  /// `/`, a job's id, `/files/` and the name of a file.
  case file
  /// `/ui/` and the name of a file of the dashboard.
  case dashboard
  /// `/hooks/` and the name of a hook.
  case hook

  /// As the OpenAPI document writes it: `/queue/pause`, `/{id}/events`.
  var text: String {
    switch self {
    case .fixed(let rest): "/" + rest
    case .job(let rest): rest.isEmpty ? "/{id}" : "/{id}/" + rest
    case .file: "/{id}/files/{name}"
    case .dashboard: "/ui/{name}"
    case .hook: "/hooks/{name}"
    }
  }

  /// Bytes that the name of a file of the dashboard may have.
  private static let dashboardNameBytesMax = 32

  /// Bytes of the longest path that it matches: with an id in its place, and a slash at the end.
  var pathBytesMax: Int {
    switch self {
    case .fixed(let rest): 1 + rest.utf8.count + 1
    case .job(let rest): 1 + JobID.digitCount + 1 + rest.utf8.count + 1
    // Each byte may be written in three.
    case .file: 1 + JobID.digitCount + "/files/".utf8.count + 3 * FileName.bytesMax
    case .dashboard: "/ui/".utf8.count + Self.dashboardNameBytesMax
    case .hook: "/hooks/".utf8.count + RoutePath.hookBytesMax + 1
    }
  }
}
