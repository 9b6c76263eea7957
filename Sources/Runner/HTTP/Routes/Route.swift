import RunnerCore

/// One row of the route table: a method and a pattern, what is checked before the handler runs, and
/// the handler.
///
/// Routing, `Allow`, 404, 405, HEAD, the bound of the body, the check of the query and the
/// agreement with docs/openapi.json follow from the row: a new route is one row and one handler.
struct Route: Sendable {
  /// Makes the response to a valid and complete request.
  ///
  /// - Throws: `Query.ParseError` for a parameter with a value that it cannot have; answered
  ///   with 400.
  typealias Handler = @Sendable (JobRoutes, Request) async throws(Query.ParseError) -> Response
  /// Handler of a route below a job.
  typealias JobHandler =
    @Sendable (JobRoutes, JobID, Request) async throws(Query.ParseError) -> Response

  /// Handler of the route of a job's files.
  typealias FileHandler = @Sendable (JobRoutes, JobID, FileName, Request) async -> Response

  /// Handler of the route of hooks.
  typealias HookHandler = @Sendable (JobRoutes, String, Request) async -> Response

  /// How the body of a request is used.
  enum BodyUse: Hashable, Sendable {
    /// Read up to the bound and thrown away.
    case discarded
    /// Collected in memory, and handed to the handler as a whole.
    case collected
    /// Handed to the handler while it comes, which runs from the end of the head on.
    case streamed
    /// Streamed where it is multipart/form-data, else collected.
    case collectedUnlessForm

    /// What it means for a request with these fields.
    func use(_ fields: HeaderFields) -> BodyUse {
      guard self == .collectedUnlessForm else { return self }
      return FormBoundary(contentType: fields.contentType) == nil ? .collected : .streamed
    }
  }

  /// Its place in the table; -1 outside of one.
  fileprivate(set) var number = -1
  /// A GET route answers HEAD too.
  let method: RequestHead.Method
  let pattern: RoutePattern
  let scope: AccessScope
  /// One sentence for people; the OpenAPI document has the same.
  let summary: String
  let query: QueryRule
  let body: BodyUse
  /// The setting that bounds the request's body; more is 413.
  let bodyBytesMax: any KeyPath<HTTPSettings, Int> & Sendable
  /// Clients ask it again and again: it is answered without a task where the job has ended, and
  /// held by `LongPollCoalescer` where not. Only for a job's route with a safe method.
  let isPolled: Bool
  /// The handler for a path; nil where the pattern does not match it.
  let handler: @Sendable (RoutePath) -> Handler?

  private init(
    _ method: RequestHead.Method, _ pattern: RoutePattern, _ scope: AccessScope, _ summary: String,
    _ query: QueryRule, _ body: BodyUse,
    _ bodyBytesMax: any KeyPath<HTTPSettings, Int> & Sendable = \.bodyBytesMax, isPolled: Bool,
    handler: @escaping @Sendable (RoutePath) -> Handler?
  ) {
    self.method = method
    self.pattern = pattern
    self.scope = scope
    self.summary = summary
    self.query = query
    self.body = body
    self.bodyBytesMax = bodyBytesMax
    self.isPolled = isPolled
    self.handler = handler
  }

  /// A row for one path.
  ///
  /// - Parameters:
  ///   - path: without its slashes at both ends; empty for `/`.
  ///   - query: the parameters that it takes; none unless given.
  ///   - bodyBytesMax: the setting that bounds its body.
  static func at(
    _ method: RequestHead.Method, _ path: String, _ scope: AccessScope, _ summary: String,
    query: QueryRule = .strict([]), body: BodyUse = .discarded,
    bodyBytesMax: any KeyPath<HTTPSettings, Int> & Sendable = \.bodyBytesMax,
    _ handler: @escaping Handler
  ) -> Route {
    Route(method, .fixed(path), scope, summary, query, body, bodyBytesMax, isPolled: false) {
      given in
      guard case .fixed(path) = given else { return nil }
      return handler
    }
  }

  /// A row for one path below each job.
  ///
  /// - Parameters:
  ///   - rest: what follows the id and a slash; empty for the job itself.
  ///   - query: the parameters that it takes; none unless given.
  static func ofJob(
    _ method: RequestHead.Method, _ rest: String, _ scope: AccessScope, _ summary: String,
    query: QueryRule = .strict([]), isPolled: Bool = false, _ handler: @escaping JobHandler
  ) -> Route {
    Route(method, .job(rest), scope, summary, query, .discarded, isPolled: isPolled) { given in
      guard case .job(let id, rest) = given else { return nil }
      return { routes, request throws(Query.ParseError) in
        do throws(StoreFailure) {
          guard try await routes.isVisible(id, to: request) else { return .problem(.notFound, nil) }
        } catch {
          return RefusalResponse.response(to: .notStored(error))
        }
        return try await handler(routes, id, request)
      }
    }
  }

  /// A row for each file of each job.
  static func ofFile(
    _ method: RequestHead.Method, _ scope: AccessScope, _ summary: String,
    body: BodyUse = .discarded, _ handler: @escaping FileHandler
  ) -> Route {
    Route(
      method, .file, scope, summary, .strict([]), body,
      body == .streamed ? \.fileBytesMax : \.bodyBytesMax, isPolled: false
    ) { given in
      guard case .job(let id, _) = given, let written = given.writtenFileName else { return nil }
      return { routes, request throws(Query.ParseError) in
        do throws(StoreFailure) {
          guard try await routes.isVisible(id, to: request) else { return .problem(.notFound, nil) }
        } catch {
          return RefusalResponse.response(to: .notStored(error))
        }
        do throws(FileName.ParseError) {
          let name = try FileName(PercentEncoding.bytes(of: written))
          return await handler(routes, id, name, request)
        } catch {
          return .problem(.badRequest, error.error, field: "name")
        }
      }
    }
  }

  /// The same row at a place of the table.
  func numbered(_ number: Int) -> Route {
    var route = self
    route.number = number
    return route
  }

  /// A row for the files of the dashboard.
  static func ofDashboard(
    _ summary: String, _ handler: @escaping @Sendable (JobRoutes, String, Request) -> Response
  ) -> Route {
    Route(.get, .dashboard, .everyone, summary, .strict([]), .discarded, isPolled: false) { given in
      guard let name = given.dashboardName else { return nil }
      return { routes, request in handler(routes, String(name), request) }
    }
  }

  /// The row for each hook.
  static func ofHook(
    _ method: RequestHead.Method, _ scope: AccessScope, _ summary: String,
    _ handler: @escaping HookHandler
  ) -> Route {
    Route(method, .hook, scope, summary, .strict([]), .collected, isPolled: false) { given in
      guard let name = given.hookName else { return nil }
      return { routes, request throws(Query.ParseError) in await handler(routes, name, request) }
    }
  }

  /// The methods that it answers, as `Allow` names them.
  var methods: [RequestHead.Method] { method == .get ? [.get, .head] : [method] }
}
