import RunnerCore
import Synchronization

/// What all requests share: the bounds, the routes, and the count of requests in flight.
final class HTTPService: Sendable {
  let settings: HTTPSettings
  let validator: RequestValidator
  let routes: JobRoutes
  let bodyBudget: BodyBudget
  let longPolls: LongPollCoalescer
  let suspensionLimiter: SuspensionLimiter
  let followers: FollowerRegistry

  private let inFlight = Atomic<Int>(0)

  init(settings: HTTPSettings, engine: JobEngine, table: RouteTable = .service) {
    self.settings = settings
    self.validator = RequestValidator(settings: settings, table: table)
    self.suspensionLimiter = SuspensionLimiter()
    self.followers = FollowerRegistry(suspensionLimiter)
    self.routes = JobRoutes(engine: engine, settings: settings, followers: followers)
    self.longPolls = LongPollCoalescer(engine: engine)
    self.bodyBudget = BodyBudget(bytesMax: settings.bodyBytesTotalMax)
  }

  /// Requests that have begun and whose answer is not sent in full.
  var requestsInFlight: Int { inFlight.load(ordering: .relaxed) }

  func beginRequest() { inFlight.wrappingAdd(1, ordering: .relaxed) }
  func endRequest() { inFlight.wrappingSubtract(1, ordering: .relaxed) }

  /// From now on no connection is suspended; streamed responses break off.
  func stop() { followers.stop() }

  /// Makes the response to a valid and complete request.
  func answer(_ request: Request, by match: RouteMatch) async -> Response {
    do throws(Query.Fault) {
      return try await match.handler(routes, request)
    } catch {
      return .problem(.badRequest, error.error, field: error.field)
    }
  }

  /// The response to requests that arrive while the service stops.
  static func stopping() -> Response {
    Response.problem(.unavailable, "The service is stopping.").closing()
  }
}
