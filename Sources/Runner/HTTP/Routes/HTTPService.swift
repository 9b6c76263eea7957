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

  init(settings: HTTPSettings, engine: JobEngine) {
    self.settings = settings
    self.validator = RequestValidator(settings: settings)
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

  /// The response where it can be made without waiting; nil where it takes a task.
  func answerImmediately(_ target: RequestTarget, _ method: RequestHead.Method) -> Response? {
    switch target.route {
    case .job(let id) where method.isSafe && target.query.isEmpty: routes.readImmediately(id)
    case .unknown, .tooLong, .malformed: .problem(.notFound, nil)
    case .submissions, .jobs, .job, .output, .events, .cancel, .freeze, .thaw, .queue, .pause,
      .resume, .callbacks, .redeliver:
      nil
    }
  }

  /// Makes the response to a valid and complete request.
  func respond(to request: Request) async -> Response {
    do throws(Query.Fault) {
      switch request.route {
      case .submissions: return try await routes.submit(request)
      case .jobs: return try await routes.list(request)
      case .job(let id) where request.method == .delete:
        return try await routes.delete(id, request)
      case .job(let id): return try await routes.read(id, request)
      case .output(let id, let stream): return try await routes.output(id, stream, request)
      case .events(let id): return try await routes.events(id, request)
      case .cancel(let id): return try await routes.cancel(id, request)
      case .freeze(let id): return try await routes.freeze(id, request)
      case .thaw(let id): return try await routes.thaw(id, request)
      case .queue: return try await routes.queue(request)
      case .pause: return try await routes.pause(request)
      case .resume: return try await routes.resume(request)
      case .callbacks(let id): return try await routes.callbacks(id, request)
      case .redeliver(let id): return try await routes.redeliver(id, request)
      case .unknown, .tooLong, .malformed: return .problem(.notFound, nil)
      }
    } catch {
      return .problem(.badRequest, error.error, field: error.field)
    }
  }

  /// The response to requests that arrive while the service stops.
  static func stopping() -> Response {
    Response.problem(.unavailable, "The service is stopping.").closing()
  }
}
