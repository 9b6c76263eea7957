import RunnerAccess
import RunnerCore
import Synchronization

/// One request and its answer, from the request line on.
///
/// Its methods are called on libmicrohttpd's thread, except that the answer is made in a task: so
/// all mutable state is behind a lock that is never contended for long.
final class Exchange: Sendable {
  /// The next action on the connection.
  enum Step: Sendable {
    /// Read on.
    case read
    case answer(Response)
    /// Suspend the connection, and call `makeResponse(then:)`.
    case suspend
    /// Sleep with the piece of the body that was just offered, call `pause(then:)`, and offer it
    /// again.
    case pause
    /// Drop the connection; its last message is sent already.
    case drop
  }

  private struct State {
    var head: RequestHead?
    /// Names the request in logs; nil until the head is complete.
    var id: RequestID?
    /// nil until the head is complete, and where it was refused.
    var match: RouteMatch?
    /// Who makes the request; nil where it was refused.
    var caller: Caller?
    /// Who made a request that was refused, where that is known.
    var refusedCaller: Caller?
    /// Pattern of the route that it asked for, where there is one.
    var refusedRoute: String?
    var refusal: Response?
    /// How long `refusal` is held back yet.
    var delay = Duration.zero
    var body = IncomingBody.discarded
    var receivedBytes = 0
    /// Where the body is streamed: the handler, which runs while the body comes.
    var handler: Task<Void, Never>?
    var bodyBegun: ContinuousClock.Instant?
    /// Since when the piece that was offered last waits for the handler.
    var pausedSince: ContinuousClock.Instant?
    var pausedTime = Duration.zero
    var pending: Pending?
    var answer: Response?
    /// The library was told once, without a suspension, that the answer is not ready.
    var isReadingOver = false
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
  private let target: Result<RequestTarget, RequestTarget.ParseError>
  /// Length of the target as it was given.
  let targetBytes: Int
  private let start = ContinuousClock.now
  private let state = Mutex<State>(State())

  init(target: Span<UInt8>, connection: Connection, service: HTTPService) {
    self.service = service
    self.connection = connection
    self.targetBytes = target.count
    do throws(RequestTarget.ParseError) {
      self.target = .success(try RequestTarget(target, bytesMax: service.settings.targetBytesMax))
    } catch {
      self.target = .failure(error)
    }
    connection.requestBegan(within: service.settings.headerTime)
    service.beginRequest()
  }

  deinit {
    service.endRequest()
  }

  /// Header fields to which those of the request are added.
  func emptyFields() -> HeaderFields {
    guard case .success(let target) = target, target.path.starts(with: Self.hooksPath) else {
      return HeaderFields()
    }
    return HeaderFields(hookSecretsIn: service.routes.login.authenticator.hookFields)
  }

  private static let hooksPath = Array("/hooks/".utf8)

  /// True once `receiveHead` was called.
  var hasBegun: Bool { state.withLock { $0.head != nil } }

  /// The head is complete.
  func receiveHead(_ head: RequestHead) -> Step {
    var refusal: Refusal?
    var match: RouteMatch?
    var caller: Caller?
    do throws(Refusal) {
      (match, caller) = try service.admit(head, to: target, from: connection.source)
    } catch {
      refusal = error
    }
    let body = match.map { service.body(for: $0.route, head.fields, of: caller) } ?? .discarded
    let id = RequestID(head.fields.requestID) ?? .next()
    connection.requestIdentified(as: id)
    state.withLock { [match, caller, refusal] in
      $0.head = head
      $0.id = id
      $0.match = match
      $0.caller = caller
      $0.refusedCaller = refusal?.caller
      $0.refusedRoute = refusal?.route
      $0.refusal = refusal?.answer
      $0.delay = refusal?.delay ?? .zero
      $0.body = body
      $0.bodyBegun = .now
    }
    // A client that sent Expect: 100-continue gets the refusal instead, unless that is held back.
    let isHeldBack = refusal.map { $0.delay > .zero } ?? false
    if let refusal, refusal.answer.closes || (head.fields.hasExpectation && !isHeldBack) {
      return answer(refusal.answer.closing())
    }
    if head.fields.announcesBody {
      keep(body.reserve(head.fields.contentLength.map(Int.init)))
      guard connection.enter(.body, for: service.settings.bodyTime) else { return .drop }
    }
    if case .streamed(let pipe) = body { startHandler(reading: pipe) }
    return .read
  }

  /// A piece of the body came.
  func receiveBody(_ bytes: Span<UInt8>) -> Step {
    let (sink, overflow) = state.withLock { state -> ((any BodySink)?, Response?) in
      // Nothing reads the rest of a streamed body: it was refused before its handler, or by it. A
      // handler that takes a body answers after its end.
      if case .streamed = state.body, let answer = state.answer ?? state.refusal {
        return (state.body.sink, answer.closing())
      }
      let bytesMax = service.validator.bodyBytesMax(of: state.match?.route, state.head?.fields)
      state.receivedBytes += bytes.count
      guard state.receivedBytes <= bytesMax else {
        // What is held back is not told early: a right credential gets the same answer.
        let refusal = state.delay > .zero ? nil : state.refusal
        return (state.body.sink, refusal ?? service.validator.tooLarge(bytesMax))
      }
      return (state.refusal == nil ? state.body.sink : nil, nil)
    }
    if let overflow = overflow.map(identified) {
      sink?.abort()
      // libmicrohttpd takes no answer in the middle of a body, so it is sent past it.
      note(overflow)
      connection.halfClose(with: overflow.message())
      return .drop
    }
    let step = sink?.receive(bytes)
    keep(step)
    guard case .full = step else { return extendBodyTime() ? .read : .drop }
    state.withLock { state in
      state.receivedBytes -= bytes.count
      state.pausedSince = state.pausedSince ?? .now
    }
    // From here on it is the handler that must not take too long.
    guard connection.enter(.body, for: service.settings.bodyTime),
      service.suspensionLimiter.acquire()
    else {
      return .drop
    }
    return .pause
  }

  /// A streamed body may last as long as it comes fast enough; the time in which its handler was
  /// busy does not count. All others have one time from the head on.
  ///
  /// - Returns: false if the connection is cut.
  private func extendBodyTime() -> Bool {
    let settings = service.settings
    let left: Duration? = state.withLock { state in
      guard case .streamed = state.body, let begun = state.bodyBegun else { return nil }
      if let since = state.pausedSince.take() { state.pausedTime += .now - since }
      return settings.bodyTime
        + .seconds(state.receivedBytes / max(1, settings.requestBytesPerSecondMin))
        + state.pausedTime - (.now - begun)
    }
    return left.map { connection.enter(.body, for: $0) } ?? true
  }

  private func keep(_ step: BodyStep?) {
    if case .refused(let answer) = step { state.withLock { $0.refusal = answer } }
  }

  /// Calls `wake` when there is room for the piece that was not taken, or when the connection's
  /// time is up.
  func pause(then wake: @escaping @Sendable () -> Void) {
    let sink = state.withLock { $0.body.sink }
    sink.whenReady { [service] in
      wake()
      service.suspensionLimiter.release()
    }
    connection.whenExpired { sink.abort() }
  }

  /// The body goes to the handler while it comes.
  private func startHandler(reading pipe: BodyPipe) {
    let isRefused = state.withLock { $0.refusal != nil }
    if !isRefused, let answer = answerImmediately() { state.withLock { $0.refusal = answer } }
    guard let pending = state.withLock({ $0.pending.take() }) else { return pipe.close() }
    let handler = Task {
      let answer = await pending.answer(service)
      state.withLock { $0.answer = answer }
      pipe.close()
    }
    state.withLock { $0.handler = handler }
  }

  /// The request is complete, or the connection was resumed.
  func receiveEnd() -> Step {
    let (made, body, handler, isHeldBack) = state.withLock { state in
      let isHeldBack = state.answer == nil && state.delay > .zero
      return (
        state.answer ?? (isHeldBack ? nil : state.refusal), state.body, state.handler, isHeldBack
      )
    }
    body.sink.finish()
    let isFirst = state.withLock { state in
      defer { state.isReadingOver = true }
      return !state.isReadingOver
    }
    if let answer = made ?? (isFirst && handler == nil && !isHeldBack ? answerImmediately() : nil) {
      return self.answer(closingIfChunked(answer))
    }
    guard connection.enter(.waiting, for: nil) else { return .drop }
    // A connection that is suspended while it reads reads first when it is resumed, and takes the
    // end of what a client sends that closed its sending side (RFC 9293, section 3.6) for the end
    // of the connection. Asked a second time, the library knows that the request is complete.
    guard !isFirst else { return .read }
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
    let (head, match, caller) = state.withLock { ($0.head, $0.match, $0.caller) }
    // Without these a refusal would be there.
    guard let head, let match, let caller, case .success(let target) = target else {
      return .problem(.notFound, nil)
    }
    let query: Query
    do throws(Query.ParseError) {
      query = try match.route.query.parse(target.query)
    } catch {
      return .problem(.badRequest, error.error, field: error.field)
    }
    let polled = target.query.isEmpty ? match.polledJob : nil
    if let polled, let answer = service.routes.readImmediately(polled, for: caller) {
      return answer
    }
    state.withLock { state in
      let request = Request(
        method: head.method, version: head.version,
        endsInSlash: target.path.last == UInt8(ascii: "/"), fields: head.fields, query: query,
        caller: caller, body: state.body.handOver(),
        address: service.proxies.client(of: head.fields, from: connection.address),
        source: connection.source, id: state.id ?? .next())
      state.pending = Pending(request: request, match: match, polled: polled)
    }
    return nil
  }

  /// Makes the response in a task, stores it for `receiveEnd()`, and calls `wake`.
  func makeResponse(then wake: @escaping @Sendable () -> Void) {
    let (polled, handler, held) = state.withLock { state in
      let held = state.delay > .zero ? state.refusal.map { ($0, state.delay) } : nil
      state.delay = .zero
      return (state.pending?.polled, state.handler, held)
    }
    if let (answer, delay) = held {
      service.heldResponses.hold(for: delay) { [self] in
        state.withLock { $0.answer = answer }
        wake()
        service.suspensionLimiter.release()
      }
      return
    }
    if let handler {
      Task {
        await handler.value
        wake()
        service.suspensionLimiter.release()
      }
      return
    }
    let finish = { @Sendable [self] in
      _ = Task {
        let answer = await answerPending()
        if let delay = answer.heldBack {
          // The request is gone by now, and its body with it: what is held back holds no room.
          state.withLock { $0.body = .discarded }
          await service.heldResponses.wait(for: delay)
        }
        state.withLock { $0.answer = answer }
        wake()
        service.suspensionLimiter.release()
      }
    }
    if let polled {
      service.longPolls.hold(polled, until: finish)
    } else {
      finish()
    }
  }

  private func answerPending() async -> Response {
    guard let pending = state.withLock({ $0.pending.take() }) else {
      return .problem(.notFound, nil)
    }
    return await pending.answer(service)
  }

  /// The answer is sent in full, or never will be.
  func completed() {
    state.withLock { $0.body.sink }.abort()
    _ = connection.enter(.idle, for: service.settings.idleTime)
  }

  private func answer(_ made: Response) -> Step {
    let rate = Double(max(1, service.settings.responseBytesPerSecondMin))
    let isGet = state.withLock { $0.head?.method == .get }
    let answer = identified(made).opened(
      service.followers, mayTransfer: isGet && !connection.isEncrypted
    ) { [connection] bytes in connection.extend(by: .seconds(Double(bytes) / rate)) }
    guard enterAnswering(answer, lasts: made.isLive) else { return .drop }
    note(answer)
    if answer.closes { connection.lingerAtEnd() }
    return .answer(answer)
  }

  /// The answer with the id of the request, an error in the form that the client takes.
  private func identified(_ answer: Response) -> Response {
    let (id, head) = state.withLock { ($0.id, $0.head) }
    var answer = answer
    if answer.problem != nil, ProblemPreference.isProblem(head?.fields.accept ?? "") {
      answer = answer.asProblemDetails()
    }
    if let id { answer.fields.append(("X-Request-Id", id.text)) }
    return answer
  }

  /// Counts an answer that is about to be sent.
  private func note(_ answer: Response) {
    let (head, id, match, caller, refusedRoute) = state.withLock {
      (
        $0.head, $0.id, $0.match,
        answer.heldBack == nil ? answer.caller ?? $0.caller ?? $0.refusedCaller : nil,
        $0.refusedRoute
      )
    }
    service.answered(
      head?.method ?? .other, match?.route, with: answer.status, after: .now - start)
    service.audit(
      head, id, match, refusedRoute: refusedRoute, by: caller, from: connection.address,
      answer: answer)
  }

  /// - Parameter lasts: whether it is sent for as long as its client is there.
  /// - Returns: false if the connection is cut.
  private func enterAnswering(_ answer: Response, lasts: Bool) -> Bool {
    let settings = service.settings
    var follower: Follower?
    // A transfer has its connection suspended: the library sees no client that takes nothing.
    var stallTime: Duration?
    switch answer.body {
    case .streamed(let source, _):
      guard !lasts else { return connection.follow(with: source, settings) }
      follower = source
    case .transferred(_, let source, _): (follower, stallTime) = (source, settings.idleTime)
    case .bytes, .source, .omitted: break
    }
    let time =
      settings.idleTime + .seconds(answer.byteCount / max(1, settings.responseBytesPerSecondMin))
    return connection.enter(.answering, for: time, with: follower, stallTime: stallTime)
  }
}
