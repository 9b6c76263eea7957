/// One output stream of a job, byte for byte, into a sink: over broken connections by `Range`.
final class OutputFollower {
  private let client: ServiceClient
  private let target: String
  private let stream: String
  let sink: OutputSink
  /// Bytes of the stream that the sink has taken.
  private var offset = 0
  /// Whether all of it is there.
  private(set) var isComplete = false
  private var transfer: HTTPTransfer?
  private var schedule = ReconnectSchedule(patience: nil)
  /// Which run of the job is followed.
  private var attempt = 0
  /// Bytes that the answer repeats before those that are new; nil before its first byte.
  private var repeated: Int?
  private var isStale = false

  /// How often an ended job's stream may break without a byte before it counts as lost.
  private static let failuresMax = 12

  init(_ client: ServiceClient, _ id: String, _ stream: String, _ sink: OutputSink) {
    self.client = client
    self.stream = stream
    self.sink = sink
    target = "/\(id)/\(stream)?follow=1"
  }

  deinit {
    // Its receiver is this object's.
    if let transfer { client.loop.remove(transfer) }
  }

  /// Until `step` has something to do that no transfer tells; nil for never.
  func wait(at now: ContinuousClock.Instant) -> Duration? {
    isComplete ? nil : schedule.wait(at: now)
  }

  /// Ends the connection: the job's events were lost with it. It goes on where it is.
  func reconnect() {
    if let transfer { client.loop.remove(transfer) }
    transfer = nil
  }

  /// The job runs again: so does its output.
  func restart() {
    reconnect()
    offset = 0
    isComplete = false
    schedule = ReconnectSchedule(patience: nil)
  }

  /// Looks at the connection, and makes one where there is none and the stream is not whole.
  ///
  /// - Parameter attempt: the run that is to be followed.
  /// - Throws: `ClientFailure` that is final.
  func step(
    at now: ContinuousClock.Instant, attempt: Int, hasEnded: Bool
  ) throws(ClientFailure) {
    if let transfer, transfer.code != nil { try finish(transfer, hasEnded, at: now) }
    if let transfer, transfer.isPaused, sink.hasRoom { transfer.resume() }
    guard transfer == nil, !isComplete, sink.failure == nil, schedule.isDue(at: now) else { return }
    self.attempt = attempt
    repeated = nil
    isStale = false
    var request = ServiceRequest.get(target)
    if offset > 0 { request.fields = ["Range: bytes=\(offset)-"] }
    transfer = try client.start(request, .unlimited) { [unowned self] in receive($0, $1) }
  }

  private func receive(_ head: ReplyHead, _ bytes: [UInt8]) -> HTTPTransfer.Verdict {
    guard head.status == 200 || head.status == 206 else { return .taken }
    if repeated == nil {
      repeated = head.status == 200 ? offset : 0
      // Another run of the job than the events told of: they will tell.
      isStale = head["x-job-attempt"].map { $0 != "\(attempt)" } ?? false
    }
    guard !isStale else { return .stop }
    let skipped = min(repeated ?? 0, bytes.count)
    let fresh = bytes[skipped...]
    guard !fresh.isEmpty else {
      repeated = (repeated ?? 0) - skipped
      return .taken
    }
    switch sink.write(fresh) {
    case .full: return .paused
    case .failed: return .stop
    case .taken:
      repeated = (repeated ?? 0) - skipped
      offset += fresh.count
      schedule.succeed()
      return .taken
    }
  }

  private func finish(
    _ transfer: HTTPTransfer, _ hasEnded: Bool, at now: ContinuousClock.Instant
  ) throws(ClientFailure) {
    self.transfer = nil
    guard sink.failure == nil else { return }
    let status = transfer.head.status
    var failure = transfer.failure
    if failure == nil, !isStale {
      if status == 200 || status == 206 || (status == 416 && hasEnded) {
        isComplete = true
        return
      }
      if status != 416 { failure = ServiceReply(head: transfer.head, body: []).refusal }
    }
    if let failure, case .final = failure.kind { throw failure }
    _ = schedule.fail(at: now)
    guard !hasEnded || schedule.failures <= Self.failuresMax else {
      throw ClientFailure(
        .serviceLost, "The rest of \(stream), from byte \(offset) on, cannot be read any more.")
    }
  }
}
