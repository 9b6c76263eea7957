import RunnerAccess
import RunnerCore
import Synchronization

/// What all requests share: the bounds, the routes, and the count of requests in flight.
final class HTTPService: Sendable {
  let settings: HTTPSettings
  let validator: RequestValidator
  let routes: JobRoutes
  let proxies: ProxyList
  let bodyBudget: BodyBudget
  /// The memory of bodies of strangers, which so leave room for those of callers.
  private let strangerBudget: BodyBudget
  let longPolls: LongPollCoalescer
  let suspensionLimiter: SuspensionLimiter
  let followers: FollowerRegistry
  let heldResponses: HeldResponses
  private let gate: AccessGate
  private let answerCounts: AnswerCounts
  private let inFlightCount: any MetricSeries
  private let audit: any AuditLog
  private let clock: any WallClock

  private let inFlight = Atomic<Int>(0)

  init(
    settings: HTTPSettings, engine: JobEngine, authenticator: Authenticator, log: any Logger,
    metrics: any Metrics, monitor: any ServiceMonitor,
    audit: any AuditLog, onDrain: @escaping @Sendable () -> Void, table: RouteTable
  ) {
    self.audit = audit
    self.clock = authenticator.clock
    self.heldResponses = HeldResponses(authenticator.clock)
    self.gate = AccessGate(authenticator: authenticator, log: log)
    self.settings = settings
    self.validator = RequestValidator(settings: settings, table: table)
    self.answerCounts = AnswerCounts(metrics)
    self.inFlightCount = metrics.series(of: .httpRequestsInFlight, [])
    self.proxies = ProxyList(settings)
    self.suspensionLimiter = SuspensionLimiter()
    self.followers = FollowerRegistry(suspensionLimiter)
    self.routes = JobRoutes(
      engine: engine, settings: settings, followers: followers, monitor: monitor,
      login: LoginRoutes(authenticator, log: log), onDrain: onDrain)
    self.longPolls = LongPollCoalescer(engine: engine)
    self.bodyBudget = BodyBudget(bytesMax: settings.bodyBytesTotalMax)
    self.strangerBudget = BodyBudget(
      bytesMax: max(settings.strangerBodyBytesMax, settings.bodyBytesMax))
  }

  /// Requests that have begun and whose answer is not sent in full.
  var requestsInFlight: Int { inFlight.load(ordering: .relaxed) }

  func beginRequest() {
    inFlight.wrappingAdd(1, ordering: .relaxed)
    inFlightCount.add(1)
  }

  /// The answer to a request begins.
  ///
  /// - Parameters:
  ///   - route: nil where the request was refused before it had one.
  ///   - time: since the request's first line.
  func answered(
    _ method: RequestHead.Method, _ route: Route?, with status: HTTPStatus, after time: Duration
  ) {
    answerCounts.add(method, route, status, after: time)
  }

  /// Puts a request and its answer into the audit log, unless it reads a route of everyone and was
  /// answered with success: those are asked every few seconds, and say nothing.
  func audit(
    _ head: RequestHead?, _ id: RequestID?, _ match: RouteMatch?, refusedRoute: String?,
    by caller: Caller?, from peer: PeerAddress, answer: Response
  ) {
    if audit.discardsAll { return }
    if let route = match?.route, route.scope == .everyone, route.method.isSafe,
      [.ok, .notModified].contains(answer.status)
    {
      return
    }
    let address = head.map { proxies.client(of: $0.fields, from: peer) } ?? peer
    audit.record(
      AuditRecord(
        time: clock.now(), requestID: id, principal: caller?.principal, address: address.text,
        evidence: caller?.evidence.rawValue, method: head?.method.name ?? "",
        route: match?.route.pattern.text ?? refusedRoute, jobID: Self.job(of: match, answer),
        status: Int(answer.status.rawValue), quota: answer.problem?.quota, reason: answer.reason))
  }

  /// Puts a request of which nothing but its connection is known into the audit log.
  func auditUnread(_ answer: Response, _ id: RequestID, from peer: PeerAddress) {
    audit(nil, id, nil, refusedRoute: nil, by: nil, from: peer, answer: answer)
  }

  /// The job of the path, or the one that was made.
  private static func job(of match: RouteMatch?, _ answer: Response) -> JobID? {
    if case .job(let id, _)? = match?.path { return id }
    let location = answer.fields.first { $0.name == "Location" }?.value
    return location.flatMap { $0.split(separator: "/").last }.flatMap { JobID($0) }
  }

  func endRequest() {
    inFlight.wrappingSubtract(1, ordering: .relaxed)
    inFlightCount.add(-1)
  }

  /// The route that a request with this head may go on to, and who makes it.
  ///
  /// - Throws: `Refusal` for a head that is not valid, and a caller who may not.
  func admit(
    _ head: RequestHead, to target: Result<RequestTarget, RequestTarget.ParseError>,
    from source: RequestSource
  ) throws(Refusal) -> (match: RouteMatch, caller: Caller) {
    let match = try validator.route(of: head, to: target)
    let client = proxies.client(of: head.fields, from: source.address)
    return (
      match,
      try gate.admit(
        head, to: match.route, hook: match.path.hookName, of: client, from: source,
        isOwnPage: validator.isOwnPage(head, to: target))
    )
  }

  /// From now on no connection is suspended; streamed responses break off, and those that are held
  /// back are sent.
  func stop() {
    followers.stop()
    heldResponses.release()
  }

  /// Makes the response to a valid and complete request.
  func answer(_ request: Request, by match: RouteMatch) async -> Response {
    do throws(Query.ParseError) {
      return try await match.handler(routes, request)
    } catch {
      return .problem(.badRequest, error.error, field: error.field)
    }
  }

  /// Where the body of a request to `route` with these fields goes.
  ///
  /// - Parameter caller: one that has no credential so far shares the room of strangers.
  func body(for route: Route, _ fields: HeaderFields, of caller: Caller?) -> IncomingBody {
    let isStranger = caller.map { $0.evidence == .address && $0.grant == .nothing } ?? true
    let budget = isStranger ? strangerBudget : bodyBudget
    let bodyBudgetExceeded = { @Sendable [validator] in validator.bodyBudgetExceeded() }
    return switch route.body.use(fields) {
    case .discarded: .discarded
    case .collected, .collectedUnlessForm:
      .collected(CollectedBody(budget, bodyBudgetExceeded: bodyBudgetExceeded))
    case .streamed:
      .streamed(
        BodyPipe(
          bytesMax: settings.bodyPipeBytesMax, budget, bodyBudgetExceeded: bodyBudgetExceeded))
    }
  }

  /// The response to requests that arrive while the service stops.
  static func stopping() -> Response {
    Response.problem(.unavailable, "The service is stopping.").closing()
  }
}
