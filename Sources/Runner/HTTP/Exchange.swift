import Synchronization

/// One request and its answer, from the request line on.
///
/// Its methods are called on libmicrohttpd's thread, except that the answer is made in a task: so
/// all that changes is behind a lock that nobody ever waits for.
final class Exchange: Sendable {
  /// What the connection is to do next.
  enum Step: Sendable {
    /// Read on.
    case read
    case answer(Answer)
    /// Sleep, and call `work(then:)`.
    case wait
    /// Drop the connection; whatever there was to say is said.
    case drop
  }

  private struct State {
    var head: RequestHead?
    var refusal: Answer?
    var body: [UInt8] = []
    var receivedBytes = 0
    var chargedBytes = 0
    var isWaiting = false
    var answer: Answer?
  }

  private let service: HTTPService
  private let connection: Connection
  private let target: Target
  /// Length of the target as it was given.
  let targetBytes: Int
  private let state = Mutex<State>(State())

  init(target: Span<UInt8>, connection: Connection, service: HTTPService) {
    self.service = service
    self.connection = connection
    self.targetBytes = target.count
    self.target = Target(target, bytesMax: service.settings.targetBytesMax)
    connection.requestBegan(within: service.settings.headerTime)
    service.began()
  }

  deinit {
    service.bodies.refund(state.withLock { $0.chargedBytes })
    service.ended()
  }

  /// True once `begin` was called.
  var hasBegun: Bool { state.withLock { $0.head != nil } }

  /// The head is complete.
  func begin(_ head: RequestHead) -> Step {
    let refusal = service.judge.refusal(of: head, to: target.route)
    state.withLock {
      $0.head = head
      $0.refusal = refusal
    }
    // Who waits for leave to send a body gets the refusal instead.
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
  func take(_ bytes: Span<UInt8>) -> Step {
    let settings = service.settings
    let overflow: Answer? = state.withLock { state in
      state.receivedBytes += bytes.count
      guard state.receivedBytes <= settings.bodyBytesMax else {
        return state.refusal ?? service.judge.tooLarge()
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
    connection.hangUp(with: overflow.message())
    return .drop
  }

  /// The request is whole, or the connection was woken.
  func end() -> Step {
    let (made, isChunked, method) = state.withLock { state in
      (
        state.answer ?? state.refusal, state.head?.fields.transferCodingCount != 0,
        state.head?.method ?? .other
      )
    }
    // Where a chunked body ends is less certain than the rest: what follows it could be anything.
    if let made { return answer(isChunked ? made.closing() : made) }
    if let quick = service.answerAtOnce(target, method) {
      return answer(isChunked ? quick.closing() : quick)
    }
    guard connection.enter(.waiting, for: nil) else { return .drop }
    guard service.gate.mayWait() else { return answer(HTTPService.stopping()) }
    return .wait
  }

  /// Makes the answer, keeps it for `end()`, and calls `wake`.
  func work(then wake: @escaping @Sendable () -> Void) {
    let request = state.withLock { state in
      defer { state.body = [] }
      return Request(
        route: target.route, query: target.query, method: state.head?.method ?? .other,
        fields: state.head?.fields ?? HeaderFields(), client: connection.address.text,
        body: state.body)
    }
    let finish = { @Sendable [self] in
      Task {
        let answer = await service.answer(request)
        state.withLock { $0.answer = answer }
        wake()
        service.gate.didWait()
      }
    }
    if case .job(let id) = target.route, request.method.isSafe, request.query.isEmpty {
      service.polls.hold(id) { _ = finish() }
    } else {
      _ = finish()
    }
  }

  /// The answer is sent in full, or never will be.
  func completed() {
    _ = connection.enter(.idle, for: service.settings.idleTime)
  }

  private func answer(_ answer: Answer) -> Step {
    guard enterAnswering(answer) else { return .drop }
    if answer.closes { connection.lingerAtEnd() }
    return .answer(answer)
  }

  /// - Returns: false if the connection is cut.
  private func enterAnswering(_ answer: Answer) -> Bool {
    let settings = service.settings
    if case .followed(let follower) = answer.body {
      return connection.follow(with: follower, idleTime: settings.idleTime)
    }
    let time =
      settings.idleTime + .seconds(answer.byteCount / max(1, settings.responseBytesPerSecondMin))
    return connection.enter(.answering, for: time)
  }

  private func reserve(_ bytes: Int) {
    state.withLock { state in
      charge(bytes, &state)
      if state.refusal == nil { state.body.reserveCapacity(bytes) }
    }
  }

  private func charge(_ bytes: Int, _ state: inout State) {
    if service.bodies.charge(bytes) {
      state.chargedBytes += bytes
    } else {
      state.refusal = service.judge.noRoom()
      state.body = []
    }
  }
}
