import RunnerCore
import Synchronization

/// One request and its answer, from the request line on.
///
/// Its methods are called on libmicrohttpd's thread, except that the answer is made in a task: so
/// all mutable state is behind a lock that is never contended for long.
final class Exchange: Sendable {
  /// What the connection is to do next.
  enum Step: Sendable {
    /// Read on.
    case read
    case answer(Response)
    /// Suspend the connection, and call `makeResponse(then:)`.
    case suspend
    /// Drop the connection; its last message is sent already.
    case drop
  }

  private struct State {
    var head: RequestHead?
    /// nil until the head is complete, and where it was refused.
    var match: RouteMatch?
    var refusal: Response?
    var body: [UInt8] = []
    var receivedBytes = 0
    var chargedBytes = 0
    var pending: Pending?
    var answer: Response?
  }

  /// A request whose answer takes a task.
  private struct Pending: Sendable {
    let request: Request
    let match: RouteMatch
    /// The job that it polls, if it does.
    let polled: JobID?

    func answer(_ service: HTTPService) async -> Response {
      await service.answer(request, by: match)
    }
  }

  private let service: HTTPService
  private let connection: Connection
  private let target: Result<RequestTarget, RequestTarget.Fault>
  /// Length of the target as it was given.
  let targetBytes: Int
  private let start = ContinuousClock.now
  private let state = Mutex<State>(State())

  init(target: Span<UInt8>, connection: Connection, service: HTTPService) {
    self.service = service
    self.connection = connection
    self.targetBytes = target.count
    do throws(RequestTarget.Fault) {
      self.target = .success(try RequestTarget(target, bytesMax: service.settings.targetBytesMax))
    } catch {
      self.target = .failure(error)
    }
    connection.requestBegan(within: service.settings.headerTime)
    service.beginRequest()
  }

  deinit {
    service.bodyBudget.refund(state.withLock { $0.chargedBytes })
    service.endRequest()
  }

  /// True once `receiveHead` was called.
  var hasBegun: Bool { state.withLock { $0.head != nil } }

  /// The head is complete.
  func receiveHead(_ head: RequestHead) -> Step {
    var refusal: Response?
    var match: RouteMatch?
    do throws(Refusal) {
      match = try service.validator.route(of: head, to: target)
    } catch {
      refusal = error.answer
    }
    state.withLock { [match, refusal] in
      $0.head = head
      $0.match = match
      $0.refusal = refusal
    }
    // A client that sent Expect: 100-continue gets the refusal instead.
    if let refusal, refusal.closes || head.fields.hasExpectation {
      return answer(refusal.closing())
    }
    guard head.fields.announcesBody else { return .read }
    if let length = head.fields.contentLength, match?.route.body == .collected {
      reserve(Int(length))
    }
    return connection.enter(.body, for: service.settings.bodyTime) ? .read : .drop
  }

  /// A piece of the body came.
  func receiveBody(_ bytes: Span<UInt8>) -> Step {
    let overflow: Response? = state.withLock { state in
      state.receivedBytes += bytes.count
      let bytesMax = service.validator.bodyBytesMax(of: state.match?.route)
      guard state.receivedBytes <= bytesMax else {
        return state.refusal ?? service.validator.tooLarge(bytesMax)
      }
      guard state.refusal == nil, state.match?.route.body == .collected else { return nil }
      if state.receivedBytes > state.chargedBytes {
        let more = max(state.receivedBytes, 2 * state.chargedBytes) - state.chargedBytes
        charge(more, &state)
      }
      if state.refusal == nil {
        // SAFETY: the buffer is read inside of the closure only.
        unsafe bytes.withUnsafeBufferPointer { unsafe state.body.append(contentsOf: $0) }
      }
      return nil
    }
    guard let overflow else { return .read }
    // libmicrohttpd takes no answer in the middle of a body, so it is sent past it.
    note(overflow)
    connection.halfClose(with: overflow.message())
    return .drop
  }

  /// The request is complete, or the connection was resumed.
  func receiveEnd() -> Step {
    let answer = state.withLock { $0.answer ?? $0.refusal } ?? answerImmediately()
    if let answer { return self.answer(closingIfChunked(answer)) }
    guard connection.enter(.waiting, for: nil) else { return .drop }
    guard service.suspensionLimiter.acquire() else { return self.answer(HTTPService.stopping()) }
    return .suspend
  }

  /// Where a chunked body ends is less certain than the rest: what follows it could be anything.
  private func closingIfChunked(_ answer: Response) -> Response {
    let isChunked = state.withLock { $0.head?.fields.transferCodingCount != 0 }
    return isChunked ? answer.closing() : answer
  }

  /// The answer where it can be made without a task; else nil, and `work(then:)` makes it.
  private func answerImmediately() -> Response? {
    let (head, match) = state.withLock { ($0.head, $0.match) }
    // Without these a refusal would be there.
    guard let head, let match, case .success(let target) = target else {
      return .problem(.notFound, nil)
    }
    let query: Query
    do throws(Query.Fault) {
      query = try match.route.query.parse(target.query)
    } catch {
      return .problem(.badRequest, error.error, field: error.field)
    }
    let polled = target.query.isEmpty ? match.polledJob : nil
    if let polled, let answer = service.routes.readImmediately(polled) { return answer }
    state.withLock { state in
      let request = Request(
        method: head.method, fields: head.fields, query: query,
        principal: connection.address.principal, body: state.body)
      state.body = []
      state.pending = Pending(request: request, match: match, polled: polled)
    }
    return nil
  }

  /// Makes the response in a task, stores it for `receiveEnd()`, and calls `wake`.
  func makeResponse(then wake: @escaping @Sendable () -> Void) {
    let pending = state.withLock { $0.pending.take() }
    let finish = { @Sendable [self] in
      _ = Task {
        let answer = await pending?.answer(service)
        state.withLock { $0.answer = answer ?? .problem(.notFound, nil) }
        wake()
        service.suspensionLimiter.release()
      }
    }
    if let polled = pending?.polled {
      service.longPolls.hold(polled, until: finish)
    } else {
      finish()
    }
  }

  /// The answer is sent in full, or never will be.
  func completed() {
    _ = connection.enter(.idle, for: service.settings.idleTime)
  }

  private func answer(_ made: Response) -> Step {
    let rate = Double(max(1, service.settings.responseBytesPerSecondMin))
    let answer = made.opened(service.followers) { [connection] bytes in
      connection.extend(by: .seconds(Double(bytes) / rate))
    }
    guard enterAnswering(answer, lasts: made.isLive) else { return .drop }
    note(answer)
    if answer.closes { connection.lingerAtEnd() }
    return .answer(answer)
  }

  /// Counts an answer that is about to be sent.
  private func note(_ answer: Response) {
    let (method, route) = state.withLock { ($0.head?.method ?? .other, $0.match?.route) }
    service.answered(method, route, with: answer.status, after: .now - start)
  }

  /// - Parameter lasts: whether it is sent for as long as its client is there.
  /// - Returns: false if the connection is cut.
  private func enterAnswering(_ answer: Response, lasts: Bool) -> Bool {
    let settings = service.settings
    var follower: Follower?
    if case .streamed(let source, _) = answer.body {
      guard !lasts else { return connection.follow(with: source, idleTime: settings.idleTime) }
      follower = source
    }
    let time =
      settings.idleTime + .seconds(answer.byteCount / max(1, settings.responseBytesPerSecondMin))
    return connection.enter(.answering, for: time, with: follower)
  }

  private func reserve(_ bytes: Int) {
    state.withLock { state in
      charge(bytes, &state)
      if state.refusal == nil { state.body.reserveCapacity(bytes) }
    }
  }

  private func charge(_ bytes: Int, _ state: inout State) {
    if service.bodyBudget.charge(bytes) {
      state.chargedBytes += bytes
    } else {
      state.refusal = service.validator.bodyBudgetExceeded()
      state.body = []
    }
  }
}
