/// All routes of the service.
struct RouteTable: Sendable {
  /// Where a method and a path lead.
  enum Outcome: Sendable {
    case found(RouteMatch)
    /// The path is known, for other methods: the value of `Allow` (RFC 9110, section 10.2.1).
    case otherMethods(allow: String)
    case notFound
  }

  /// In the order in which `Allow` names their methods.
  let routes: [Route]
  private let byPattern: [RoutePattern: [Route]]
  private let pathBytesMax: Int

  init(_ routes: [Route]) {
    let routes = routes.enumerated().map { $1.numbered($0) }
    self.routes = routes
    self.byPattern = Dictionary(grouping: routes, by: \.pattern)
    self.pathBytesMax = routes.map(\.pattern.pathBytesMax).max() ?? 0
  }

  /// - Parameter path: a target up to its `?`.
  func find(_ path: [UInt8], _ method: RequestHead.Method) -> Outcome {
    guard path.count <= pathBytesMax, let path = RoutePath(path),
      let routes = byPattern[path.pattern]
    else { return .notFound }
    for route in routes where route.methods.contains(method) {
      guard let handler = route.handler(path) else { return .notFound }
      return .found(RouteMatch(route: route, path: path, handler: handler))
    }
    let allowed = routes.flatMap(\.methods).map(\.name)
    return .otherMethods(allow: allowed.joined(separator: ", "))
  }
}
