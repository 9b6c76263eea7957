import TextFormats

/// What happens to one job, by its server-sent events without output: over broken connections and
/// restarts of the service by `Last-Event-ID`, without gap or repetition.
final class JobWatch {
  /// A part of a stream that cannot be had; `bytes` is nil where it was not counted.
  struct MissingRange {
    let stream: String
    let offset: Int
    let bytes: Int?
  }

  let id: String
  /// `queued`, `running` or `finished`; nil before the first event.
  private(set) var status: String?
  /// Number of the run of the job; 0 before the first event.
  private(set) var attempt = 0
  /// How it ended; nil before.
  private(set) var result: JobResult?
  private(set) var gaps: [MissingRange] = []
  /// The newest `progress`.
  private(set) var progress: JSONNode?
  /// Whether events can come: the service has answered on the present connection.
  private(set) var isConnected = false
  /// How often a connection was lost, and how often the job began again.
  private(set) var breaks = 0
  private(set) var restarts = 0

  private let client: ServiceClient
  private var schedule: ReconnectSchedule
  private var transfer: HTTPTransfer?
  private var parser = ServerEventParser()
  private var lastEventID: String?
  private var refusal: [UInt8] = []
  /// Whether the service was there once: then it may come again.
  private var hasAnswered: Bool
  /// What a receiver found that ends it all.
  private var fault: ClientFailure?

  /// Seconds of silence after which a connection counts as lost: six heartbeats.
  private static let stallSeconds = 60
  static let refusalBytesMax = 64 << 10

  /// - Parameters:
  ///   - patience: how long a lost connection is tried again; nil for ever, once there was one.
  ///   - hasAnswered: whether the service has answered this client before.
  init(_ client: ServiceClient, _ id: String, patience: Duration?, hasAnswered: Bool) {
    self.client = client
    self.id = id
    self.hasAnswered = hasAnswered
    schedule = ReconnectSchedule(patience: patience)
  }

  deinit {
    // Its receiver is this object's.
    if let transfer { client.loop.remove(transfer) }
  }

  /// Whether the connection is lost and was not found again yet.
  var isBroken: Bool { schedule.failures > 0 }

  /// Until `step` has something to do that no transfer tells; nil for never.
  func wait(at now: ContinuousClock.Instant) -> Duration? { schedule.wait(at: now) }

  /// Looks at the connection, and makes one where there is none.
  ///
  /// - Throws: `ClientFailure` that is final: the service refuses, or patience is over.
  func step(at now: ContinuousClock.Instant) throws(ClientFailure) {
    guard result == nil else { return }
    if let transfer, transfer.code != nil { try finish(transfer, at: now) }
    guard transfer == nil, result == nil, schedule.isDue(at: now) else { return }
    var request = ServiceRequest.get("/\(id)/events?output=0")
    request.fields = ["Accept: text/event-stream"]
    if let lastEventID { request.fields.append("Last-Event-ID: \(lastEventID)") }
    parser = ServerEventParser()
    refusal = []
    transfer = try client.start(request, .idle(Self.stallSeconds)) { [unowned self] in
      receive($0, $1)
    }
  }

  private func receive(_ head: ReplyHead, _ bytes: [UInt8]) -> HTTPTransfer.Verdict {
    guard head.status == 200 else {
      if refusal.count < Self.refusalBytesMax { refusal += bytes }
      return .taken
    }
    isConnected = true
    hasAnswered = true
    schedule.succeed()
    guard let events = parser.read(bytes) else {
      fault = ClientFailure(.protocolBroken, "An event of the service is too long.")
      return .stop
    }
    for event in events { take(event) }
    return fault == nil ? .taken : .stop
  }

  private func take(_ event: ServerEvent) {
    do throws(JSONSyntaxError) {
      let data = try JSONReader.read(event.data, as: .json)
      switch event.name {
      case "status": status = data["status"]?.text ?? status
      case "restart": begin(again: data)
      case "gone":
        gaps.append(
          MissingRange(
            stream: data["stream"]?.text ?? "", offset: data["from"]?.integer ?? 0,
            bytes: data["bytes"]?.integer))
      case "progress": progress = data
      case "end": result = JobResult(document: data)
      default: break
      }
    } catch {
      fault = ClientFailure(.protocolBroken, "An event of the service is no JSON.")
    }
    guard let id = event.id else { return }
    lastEventID = id
    attempt = id.prefix { $0 != "-" }.isEmpty ? attempt : Int(id.prefix { $0 != "-" }) ?? attempt
  }

  private func begin(again data: JSONNode) {
    restarts += 1
    status = "queued"
    progress = nil
    gaps = []
    attempt = data["attempt"]?.integer ?? attempt
  }

  private func finish(
    _ transfer: HTTPTransfer, at now: ContinuousClock.Instant
  ) throws(ClientFailure) {
    self.transfer = nil
    isConnected = false
    guard result == nil else { return }
    if let fault { throw fault }
    let failure = Self.failure(of: transfer, refusal)
    if case .final = failure.kind { throw failure }
    if failure.kind == .unreachable, !hasAnswered, schedule.patience == nil { throw failure }
    breaks += 1
    // Lost between its events and the last of them: what has no id comes again.
    gaps = []
    guard schedule.fail(at: now) else { throw failure }
  }

  private static func failure(of transfer: HTTPTransfer, _ body: [UInt8]) -> ClientFailure {
    if let failure = transfer.failure { return failure }
    return ServiceReply(head: transfer.head, body: body).refusal
      ?? ClientFailure(kind: .broken, "The service ended the connection.")
  }
}
