import RunnerCore

/// Validates a request by its head alone, in the order in which that is safe: first its framing,
/// then its origin, then its route and length.
struct RequestValidator: Sendable {
  private let settings: HTTPSettings
  private let originGuard: OriginGuard
  private let table: RouteTable

  init(settings: HTTPSettings, table: RouteTable) {
    self.settings = settings
    self.table = table
    self.originGuard = OriginGuard(
      hostNames: HostNames(settings.hostNames, own: settings.ownHostName))
  }

  /// - Parameter target: the request's target, or why there is none.
  /// - Returns: the route that the request may go on to.
  /// - Throws: `Refusal` otherwise. One that closes must be sent at once; another may follow the
  ///   body.
  func route(
    of head: RequestHead, to target: Result<RequestTarget, RequestTarget.ParseError>
  ) throws(Refusal) -> RouteMatch {
    if let problem = FramingGuard.problem(with: head) {
      throw Refusal(Response.problem(.badRequest, problem).closing())
    }
    let target = try sound(target)
    if head.fields.byteCount > settings.headerBytesMax {
      throw Refusal(
        Response.problem(
          .headersTooLarge, "The header fields are larger than \(settings.headerBytesMax) bytes."
        ).closing())
    }
    if let problem = originGuard.problem(
      with: head, authority: target.authority, path: target.path)
    {
      throw Refusal(
        Response.problem(.forbidden, problem.text).because(problem.reason.rawValue))
    }
    let match = try found(table.find(target.path, head.method))
    let bytesMax = bodyBytesMax(of: match.route, head.fields)
    if let length = head.fields.contentLength, length > UInt64(bytesMax) {
      throw Refusal(tooLarge(bytesMax).closing())
    }
    return match
  }

  /// Whether the cookies of a request that `route` let pass count: `OriginGuard.isOwnPage`.
  func isOwnPage(
    _ head: RequestHead, to target: Result<RequestTarget, RequestTarget.ParseError>
  ) -> Bool {
    guard case .success(let target) = target else { return false }
    return originGuard.isOwnPage(head, authority: target.authority)
  }

  private func sound(
    _ target: Result<RequestTarget, RequestTarget.ParseError>
  ) throws(Refusal) -> RequestTarget {
    do throws(RequestTarget.ParseError) {
      return try target.get()
    } catch {
      let answer: Response =
        switch error {
        case .malformed:
          .problem(.badRequest, "The request target holds a space or a byte that is not ASCII.")
        case .authority:
          .problem(
            .badRequest, "A target that begins with a scheme names a host, and no user beside it.")
        case .tooLong:
          .problem(
            .targetTooLong, "The request target is longer than \(settings.targetBytesMax) bytes.")
        }
      throw Refusal(answer.closing())
    }
  }

  private func found(_ outcome: RouteTable.Outcome) throws(Refusal) -> RouteMatch {
    switch outcome {
    case .found(let match):
      return match
    case .otherMethods(let allow):
      throw Refusal(
        Response.problem(.methodNotAllowed, "This path takes \(allow).").with("Allow", allow))
    case .notFound:
      throw Refusal(
        .problem(.notFound, "Nothing is here. POST / submits a job, GET /<its id> reads it."))
    }
  }

  /// How long a request's body may be: as its route says, or as any, where it has none. A form has
  /// files in it.
  func bodyBytesMax(of route: Route?, _ fields: HeaderFields?) -> Int {
    if let route, let fields, route.body == .collectedUnlessForm,
      route.body.use(fields) == .streamed
    {
      return settings.fileBytesMax
    }
    return settings[keyPath: route?.bodyBytesMax ?? \.bodyBytesMax]
  }

  /// The answer to a body over the limit, declared or found out.
  func tooLarge(_ bytesMax: Int) -> Response {
    .problem(.contentTooLarge, "The body is larger than \(bytesMax) bytes.")
  }

  /// The answer when other bodies leave no room for this one.
  func bodyBudgetExceeded() -> Response {
    .problem(.unavailable, "Too many request bodies are in memory; try again later.")
  }
}
