import RunnerCore
import Synchronization

/// What all requests share: the bounds, the routes, and the count of those under way.
final class HTTPService: Sendable {
  let settings: HTTPSettings
  let judge: RequestJudge
  let routes: JobRoutes
  let bodies: BodyBudget
  let polls: PollHold
  let gate: WaitGate
  private let followers: Followers

  private let underWay = Atomic<Int>(0)

  init(settings: HTTPSettings, engine: JobEngine) {
    self.settings = settings
    self.judge = RequestJudge(settings: settings)
    self.gate = WaitGate()
    self.followers = Followers(gate)
    self.routes = JobRoutes(engine: engine, settings: settings, followers: followers)
    self.polls = PollHold(engine: engine)
    self.bodies = BodyBudget(bytesMax: settings.bodyBytesTotalMax)
  }

  /// Requests that have begun and whose answer is not sent in full.
  var underWayCount: Int { underWay.load(ordering: .relaxed) }

  func began() { underWay.wrappingAdd(1, ordering: .relaxed) }
  func ended() { underWay.wrappingSubtract(1, ordering: .relaxed) }

  /// From now on no connection may sleep; answers that are followed end where they are.
  func stop() { followers.stop() }

  /// The answer where it can be made without waiting; nil where it takes a task.
  func answerAtOnce(_ target: Target, _ method: RequestHead.Method) -> Answer? {
    switch target.route {
    case .job(let id) where method.isSafe && target.query.isEmpty: routes.readAtOnce(id)
    case .unknown, .tooLong, .malformed: .problem(.notFound, nil)
    case .submissions, .jobs, .job, .output, .events, .cancel, .freeze, .queue, .pause, .callbacks,
      .redeliver:
      nil
    }
  }

  /// Makes the answer to a sound and whole request.
  func answer(_ request: Request) async -> Answer {
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
      case .freeze(let id, let wish): return try await routes.freeze(id, wish, request)
      case .queue: return try await routes.queue(request)
      case .pause(let wish): return try await routes.pause(wish, request)
      case .callbacks(let id): return try await routes.callbacks(id, request)
      case .redeliver(let id): return try await routes.redeliver(id, request)
      case .unknown, .tooLong, .malformed: return .problem(.notFound, nil)
      }
    } catch {
      return .problem(.badRequest, error.error, field: error.field)
    }
  }

  /// The answer to whoever asks while the service stops.
  static func stopping() -> Answer {
    Answer.problem(.unavailable, "The service is stopping.").closing()
  }
}
