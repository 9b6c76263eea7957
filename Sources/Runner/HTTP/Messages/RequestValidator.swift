import RunnerCore

/// Validates a request by its head alone, in the order in which that is safe: first its framing,
/// then its origin, then its route and length.
struct RequestValidator: Sendable {
  private let settings: HTTPSettings
  private let originGuard: OriginGuard

  init(settings: HTTPSettings) {
    self.settings = settings
    self.originGuard = OriginGuard(hostNames: HostNames(settings.hostNames))
  }

  /// - Returns: the refusal, or nil if the request may go on. A refusal that closes must be sent at
  ///   once; another may follow the body.
  func refusal(of head: RequestHead, to route: Route) -> Response? {
    if let refusal = refusalOfForm(head, route) { return refusal.closing() }
    if let problem = originGuard.problem(with: head) { return .problem(.forbidden, problem) }
    return refusalOfRoute(head, route) ?? refusalOfLength(head)
  }

  private func refusalOfForm(_ head: RequestHead, _ route: Route) -> Response? {
    if let problem = FramingGuard.problem(with: head) { return .problem(.badRequest, problem) }
    if route == .malformed {
      return .problem(.badRequest, "The request target holds a space or a byte that is not ASCII.")
    }
    if route == .tooLong {
      return .problem(
        .targetTooLong, "The request target is longer than \(settings.targetBytesMax) bytes.")
    }
    if head.fields.byteCount > settings.headerBytesMax {
      return .problem(
        .headersTooLarge, "The header fields are larger than \(settings.headerBytesMax) bytes.")
    }
    return nil
  }

  private func refusalOfRoute(_ head: RequestHead, _ route: Route) -> Response? {
    guard let allowed = route.allowed else {
      return .problem(
        .notFound, "Nothing is here. POST / submits a job, GET /<its id> reads it.")
    }
    guard route.allows(head.method) else {
      return Response.problem(.methodNotAllowed, "This path takes \(allowed).").with(
        "Allow", allowed)
    }
    return nil
  }

  private func refusalOfLength(_ head: RequestHead) -> Response? {
    guard let length = head.fields.contentLength, length > UInt64(settings.bodyBytesMax) else {
      return nil
    }
    return tooLarge().closing()
  }

  /// The answer to a body over the limit, declared or found out.
  func tooLarge() -> Response {
    .problem(
      .contentTooLarge, "The body is larger than \(settings.bodyBytesMax) bytes.")
  }

  /// The answer when other bodies leave no room for this one.
  func bodyBudgetExceeded() -> Response {
    Response.problem(.unavailable, "Too many request bodies are in memory; try again later.")
      .with("Retry-After", "\(settings.retryAfterSeconds)")
  }
}
