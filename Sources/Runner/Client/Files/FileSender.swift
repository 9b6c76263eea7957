import DigestBase
import TextFormats

/// Sends files for a held job, in pieces that go on where a connection broke, and starts it.
final class FileSender {
  private let client: ServiceClient
  private let id: String
  private let output: TerminalOutput
  private let signals: ClientSignal
  /// What signals mean, and what came of them.
  private(set) var policy: InterruptPolicy
  private let retry: Duration?
  private let patience: Duration?
  /// What the service said last against a request that is tried again.
  private var saidRefusal = ""

  /// Bytes of a piece: what is sent again where a connection breaks.
  private static let pieceBytes = 16 << 20
  /// Seconds without a byte after which a connection counts as lost.
  private static let stallSeconds = 60
  private static let pauseMax = Duration.seconds(30)
  private static let busyPause = Duration.seconds(1)
  /// How often a piece is sent again whose bytes came changed.
  private static let damagesMax = 3

  /// - Parameters:
  ///   - retry: how long a full service is tried again; nil for not at all.
  ///   - patience: how long a lost connection is tried again; nil for ever. A service that stops,
  ///     fails or is gone: see `UploadSchedule`.
  init(
    _ client: ServiceClient, _ id: String, _ output: TerminalOutput, _ signals: ClientSignal,
    _ policy: InterruptPolicy, retry: Duration?, patience: Duration?
  ) {
    self.client = client
    self.id = id
    self.output = output
    self.signals = signals
    self.policy = policy
    self.retry = retry
    self.patience = patience
  }

  /// Sends all files, and starts the job.
  ///
  /// - Returns: its document.
  /// - Throws: `ClientFailure`; the job is cancelled then, as far as the service can be reached.
  func send(_ files: [InputFile]) throws(ClientFailure) -> JSONNode {
    defer { output.erase() }
    do throws(ClientFailure) {
      for file in files { try send(file) }
      let start = ServiceRequest.post("/\(id)/start")
      let reply = try answer { () throws(ClientFailure) in start }
      guard let refusal = reply.refusal else { return try reply.document() }
      // Where the answer to a start was lost, the job may have run to its end meanwhile.
      guard refusal.kind == .final(.conflict) else { throw refusal }
      let job = ServiceRequest.get("/\(id)")
      let document = try answer { () throws(ClientFailure) in job }.document()
      guard document["startedAt"]?.text != nil else { throw refusal }
      return document
    } catch {
      throw cancelled(error)
    }
  }

  private func send(_ file: InputFile) throws(ClientFailure) {
    let progress = TransferProgress(file.argument.name, totalBytes: file.byteCount)
    let target = "/\(id)/files/\(ServiceRequest.escaped(file.argument.name))"
    var offset = 0
    var damageCount = 0
    while true {
      output.show(progress.text(bytes: offset))
      let count = min(Self.pieceBytes, file.byteCount - offset)
      let begin = offset
      let reply = try answer { () throws(ClientFailure) in
        try Self.piece(of: file, at: begin, count, target)
      }
      let next = reply.head["x-upload-offset"].flatMap { Int($0) }
      switch reply.head.status {
      case 201: return
      case 202:
        offset = next ?? offset + count
        damageCount = 0
      case 409 where next != nil && next != offset && offset > 0:
        // The answer to a piece was lost, or the service has another length than this knows.
        offset = next ?? 0
        if offset == file.byteCount { return }
      case 400 where reply.hasWrongDigest && damageCount < Self.damagesMax:
        damageCount += 1
        output.say("a piece of \(file.argument.name) was changed on its way and is sent again")
        continue
      default: throw reply.refusal ?? Self.unknown
      }
      guard (0..<file.byteCount).contains(offset), offset != begin else { throw Self.unknown }
    }
  }

  private static let unknown = ClientFailure(
    .protocolBroken, "What answered is not http-runner: it has another length of the file.")

  private static func piece(
    of file: InputFile, at offset: Int, _ count: Int, _ target: String
  ) throws(ClientFailure) -> ServiceRequest {
    let bytes = try file.bytes(at: offset, count: count)
    let hash = try ContentDigest.ofFile()
    hash.append(bytes)
    var request = ServiceRequest.put(target, bytes)
    if let digest = hash.value() {
      request.fields.append("Content-Digest: sha-256=:\(Base64.encode(digest)):")
    }
    if count < file.byteCount {
      request.fields.append(
        "Content-Range: bytes \(offset)-\(offset + count - 1)/\(file.byteCount)")
    }
    return request
  }

  /// The answer to a request that may be made again, over broken connections and a full service.
  ///
  /// - Throws: `ClientFailure` also where a signal is to end it.
  private func answer(
    _ make: () throws(ClientFailure) -> ServiceRequest
  ) throws(ClientFailure) -> ServiceReply {
    let request = try make()
    let begin = ContinuousClock.now
    var schedule = UploadSchedule(patience: patience, retry: retry)
    while true {
      var refusalText: String?
      do throws(ClientFailure) {
        let reply = try client.reply(
          to: request, within: .idle(Self.stallSeconds), wokenBy: signals.fd,
          isInterrupted: { isInterrupted() })
        schedule.answered(isFailing: Self.isFailing(reply))
        guard let refusal = reply.refusal else { return reply }
        if schedule.isFailing {
          refusalText = refusal.text
          throw ClientFailure(kind: .broken, refusal.text)
        }
        // Of an upload that broke the service may not know yet.
        let isBusy = reply.head.status == 409 && reply.head["retry-after"] != nil
        guard refusal.kind == .busy || isBusy else { return reply }
        guard isBusy || retry.map({ ContinuousClock.now - begin < $0 }) ?? false else {
          throw refusal
        }
        try wait(
          min(refusal.retryAfterSeconds.map { .seconds($0) } ?? Self.busyPause, Self.pauseMax))
      } catch {
        guard error.kind == .broken || error.kind == .unreachable else { throw error }
        guard let pause = schedule.pause(at: .now, isRefused: error.isRefused) else {
          throw schedule.isFailing ? Self.stayedAway(error) : error
        }
        if let refusalText, refusalText != saidRefusal {
          saidRefusal = refusalText
          output.say("\(refusalText) It is tried again.")
        }
        output.show(
          refusalText == nil
            ? "the connection is lost and is tried again" : "the service fails and is tried again")
        try wait(pause)
      }
    }
  }

  /// The failure where a service that said that it stops or fails, or that is gone, did not come
  /// back: as of one that is full, the same command is worth another try later.
  private static func stayedAway(_ failure: ClientFailure) -> ClientFailure {
    ClientFailure(
      kind: .busy, "The service stopped or failed, and none came back in time: \(failure.text)")
  }

  /// Whether an answer is that of a service that stops, of one whose disk, store or entry fails, or
  /// of what stands before one that does not answer: files that have come are worth another try.
  static func isFailing(_ reply: ServiceReply) -> Bool {
    switch reply.head.status {
    case 502, 504: true
    case 503: !reply.isQueueFull
    default: false
    }
  }

  /// Takes the signals that came.
  private func isInterrupted() -> Bool {
    while let signal = signals.next() {
      switch policy.effect(of: signal, at: .now) {
      case .tell:
        output.say("files of job \(id) are being sent; Ctrl-C again within 2 s cancels it")
      case .cancel, .leave: return true
      }
    }
    return false
  }

  private func wait(_ time: Duration) throws(ClientFailure) {
    let end = ContinuousClock.now + time
    while true {
      guard !isInterrupted() else {
        throw ClientFailure(.interrupted, "It was left before its files were sent.")
      }
      guard ContinuousClock.now < end else { return }
      let milliseconds = Int((end - ContinuousClock.now) / .milliseconds(1)) + 1
      _ = client.loop.turn(
        [.init(fd: signals.fd, isWrite: false)], milliseconds: max(1, milliseconds))
    }
  }

  /// The failure, once the job that has not started is cancelled.
  private func cancelled(_ failure: ClientFailure) -> ClientFailure {
    do throws(ClientFailure) {
      _ = try client.ask(.post("/\(id)/cancel"))
      return failure
    } catch {
      var both = ClientFailure(
        kind: failure.kind,
        "\(failure.text) Job \(id) could not be cancelled, and ends within a day: \(error.text)")
      both.retryAfterSeconds = failure.retryAfterSeconds
      return both
    }
  }
}
