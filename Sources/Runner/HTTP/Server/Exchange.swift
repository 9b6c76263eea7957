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
    var refusal: Response?
    var body: [UInt8] = []
    var receivedBytes = 0
    var chargedBytes = 0
    var isWaiting = false
    var answer: Response?
  }

  private let service: HTTPService
  private let connection: Connection
  private let target: RequestTarget
  /// Length of the target as it was given.
  let targetBytes: Int
  private let state = Mutex<State>(State())

  init(target: Span<UInt8>, connection: Connection, service: HTTPService) {
    self.service = service
    self.connection = connection
    self.targetBytes = target.count
    self.target = RequestTarget(target, bytesMax: service.settings.targetBytesMax)
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
    let refusal = service.validator.refusal(of: head, to: target.route)
    state.withLock {
      $0.head = head
      $0.refusal = refusal
    }
    // A client that sent Expect: 100-continue gets the refusal instead.
    if let refusal, refusal.closes || head.fields.hasExpectation {
      return answer(refusal.closing())
    }
    guard head.fields.announcesBody else { return .read }
    if let length = head.fields.contentLength, refusal == nil {
      reserve(Int(length))
    }
    return connection.enter(.body, for: service.settings.bodyTime) ? .read : .drop
  }

  /// A piece of the body came.
  func receiveBody(_ bytes: Span<UInt8>) -> Step {
    let settings = service.settings
    let overflow: Response? = state.withLock { state in
      state.receivedBytes += bytes.count
      guard state.receivedBytes <= settings.bodyBytesMax else {
        return state.refusal ?? service.validator.tooLarge()
      }
      guard state.refusal == nil else { return nil }
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
    connection.halfClose(with: overflow.message())
    return .drop
  }

  /// The request is complete, or the connection was resumed.
  func receiveEnd() -> Step {
    let (made, isChunked, method) = state.withLock { state in
      (
        state.answer ?? state.refusal, state.head?.fields.transferCodingCount != 0,
        state.head?.method ?? .other
      )
    }
    // Where a chunked body ends is less certain than the rest: what follows it could be anything.
    if let made { return answer(isChunked ? made.closing() : made) }
    if let quick = service.answerImmediately(target, method) {
      return answer(isChunked ? quick.closing() : quick)
    }
    guard connection.enter(.waiting, for: nil) else { return .drop }
    guard service.suspensionLimiter.acquire() else { return answer(HTTPService.stopping()) }
    return .suspend
  }

  /// Makes the response in a task, stores it for `receiveEnd()`, and calls `wake`.
  func makeResponse(then wake: @escaping @Sendable () -> Void) {
    let request = state.withLock { state in
      defer { state.body = [] }
      return Request(
        route: target.route, query: target.query, method: state.head?.method ?? .other,
        fields: state.head?.fields ?? HeaderFields(), client: connection.address.text,
        body: state.body)
    }
    let finish = { @Sendable [self] in
      Task {
        let answer = await service.respond(to: request)
        state.withLock { $0.answer = answer }
        wake()
        service.suspensionLimiter.release()
      }
    }
    if case .job(let id) = target.route, request.method.isSafe, request.query.isEmpty {
      service.longPolls.hold(id) { _ = finish() }
    } else {
      _ = finish()
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
    if answer.closes { connection.lingerAtEnd() }
    return .answer(answer)
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
