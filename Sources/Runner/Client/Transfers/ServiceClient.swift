/// Requests to the service, one after another or many at one time.
final class ServiceClient {
  let settings: ClientSettings
  let loop: TransferLoop

  /// Bytes of an answer that is read as a whole, at most.
  private static let replyBytesMax = 512 << 20
  /// Seconds in which a short answer must have come.
  static let replySeconds = 60
  /// Milliseconds of one wait for an answer.
  private static let turnMilliseconds = 1000

  init(_ settings: ClientSettings) throws(ClientFailure) {
    self.settings = settings
    loop = try TransferLoop()
  }

  /// Begins a transfer, whose body goes to `receiver` as it comes.
  func start(
    _ request: ServiceRequest, _ timeout: HTTPTransfer.Timeout,
    _ receiver: @escaping HTTPTransfer.Receiver
  ) throws(ClientFailure) -> HTTPTransfer {
    let transfer = try HTTPTransfer(request, settings, timeout, receiver)
    try loop.add(transfer)
    return transfer
  }

  /// The answer to a request, whatever its status is. Other transfers go on meanwhile.
  ///
  /// - Parameters:
  ///   - timeout: when the connection counts as lost.
  ///   - fd: a descriptor that ends a wait for the answer when it is readable; nil for none.
  ///   - isInterrupted: asked after each wait whether the answer is no longer wanted.
  /// - Throws: `ClientFailure` where there is no whole answer.
  func reply(
    to request: ServiceRequest, within timeout: HTTPTransfer.Timeout = .total(replySeconds),
    wokenBy fd: CInt? = nil, isInterrupted: () -> Bool = { false }
  ) throws(ClientFailure) -> ServiceReply {
    var body: [UInt8] = []
    let transfer = try start(request, timeout) { _, bytes in
      guard body.count + bytes.count <= Self.replyBytesMax else { return .stop }
      body += bytes
      return .taken
    }
    let interests = fd.map { [TransferLoop.Interest(fd: $0, isWrite: false)] } ?? []
    while transfer.code == nil {
      _ = loop.turn(interests, milliseconds: Self.turnMilliseconds)
      guard transfer.code != nil || !isInterrupted() else {
        loop.remove(transfer)
        throw ClientFailure(.interrupted, "It was left before the service had answered.")
      }
    }
    if let failure = transfer.failure { throw failure }
    return ServiceReply(head: transfer.head, body: body)
  }

  /// The answer to a request that is to succeed.
  ///
  /// - Throws: `ClientFailure` also for a status beyond 299.
  func ask(_ request: ServiceRequest) throws(ClientFailure) -> ServiceReply {
    let reply = try reply(to: request)
    if let refusal = reply.refusal { throw refusal }
    return reply
  }
}
