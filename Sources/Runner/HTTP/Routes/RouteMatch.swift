import RunnerCore

/// A request's route: the row, and the path that it was found by.
struct RouteMatch: Sendable {
  let route: Route
  let path: RoutePath
  let handler: Route.Handler

  /// The job whose document is polled for, if that is what the request may be.
  var polledJob: JobID? {
    guard route.isPolled, case .job(let id, _) = path else { return nil }
    return id
  }
}
