import DigestBase

/// Gets files that the service keeps of a job: whole and with their digest, over broken
/// connections by `Range`.
final class KeptFileReceiver {
  private let client: ServiceClient
  private let id: String
  private let output: TerminalOutput
  private let signals: ClientSignal
  private let patience: Duration?
  /// Whether the service has answered once: before that one that cannot be reached is an error at
  /// once, unless there is patience.
  private var hasAnswered: Bool
  /// What the service said last against a request that is tried again.
  private var saidRefusal = ""

  private static let stallSeconds = 60
  private static let turnMilliseconds = 250

  /// - Parameters:
  ///   - patience: how long a lost connection is tried again; nil for ever.
  ///   - hasAnswered: whether the service has answered this command already.
  init(
    _ client: ServiceClient, _ id: String, _ output: TerminalOutput, _ signals: ClientSignal,
    patience: Duration?, hasAnswered: Bool
  ) {
    self.hasAnswered = hasAnswered
    self.client = client
    self.id = id
    self.output = output
    self.signals = signals
    self.patience = patience
  }

  /// What has come of a file.
  private final class Reception {
    let target: TargetFile
    let file: KeptFile
    let hash: ContentDigest
    var byteCount = 0
    /// Names the bytes that came, for the rest of them.
    var tag: String?
    var fault: ClientFailure?

    init(_ file: KeptFile, _ target: TargetFile) throws(ClientFailure) {
      self.file = file
      self.target = target
      hash = try ContentDigest.ofFile()
    }

    /// Takes bytes of an answer.
    func take(_ head: ReplyHead, _ bytes: [UInt8], isFirst: Bool) -> HTTPTransfer.Verdict {
      do throws(ClientFailure) {
        if isFirst { try begin(head) }
        guard byteCount + bytes.count <= file.byteCount else { throw Self.other }
        try target.write(bytes)
        hash.append(bytes)
        byteCount += bytes.count
        return .taken
      } catch {
        fault = error
        return .stop
      }
    }

    private func begin(_ head: ReplyHead) throws(ClientFailure) {
      tag = head["etag"]
      if head.status == 206 {
        guard head["content-range"]?.hasPrefix("bytes \(byteCount)-") == true else {
          throw Self.other
        }
      } else if byteCount > 0 {
        try target.clear()
        _ = hash.value()
        byteCount = 0
      }
    }

    static let other = ClientFailure(
      .protocolBroken, "What answered is not http-runner: the file has another length or digest.")
  }

  /// The files that are kept of the job.
  ///
  /// - Throws: `ClientFailure` where the service refuses or is lost for good, or a signal came.
  func list() throws(ClientFailure) -> [KeptFile] {
    defer { output.erase() }
    var schedule = ReconnectSchedule(patience: patience)
    while true {
      do throws(ClientFailure) {
        let reply = try client.reply(
          to: .get("/\(id)/files/"), wokenBy: signals.fd,
          isInterrupted: { signals.next() != nil })
        hasAnswered = true
        if let refusal = reply.refusal { throw refusal }
        return KeptFile.all(in: try reply.document())
      } catch {
        try pause(after: error, &schedule)
      }
    }
  }

  /// Gets a file.
  ///
  /// - Throws: `ClientFailure`; nothing of the file is there then.
  func fetch(_ file: KeptFile, into target: TargetFile) throws(ClientFailure) {
    defer { output.erase() }
    let reception = try Reception(file, target)
    let progress = TransferProgress(file.name, totalBytes: file.byteCount)
    var schedule = ReconnectSchedule(patience: patience)
    while try !receive(reception, progress, &schedule) {}
    guard reception.hash.value() == file.digest else { throw Reception.other }
    try target.publish()
  }

  /// - Returns: whether all of it is there.
  private func receive(
    _ reception: Reception, _ progress: TransferProgress, _ schedule: inout ReconnectSchedule
  ) throws(ClientFailure) -> Bool {
    var request = ServiceRequest.get("/\(id)/files/\(ServiceRequest.escaped(reception.file.name))")
    if reception.byteCount > 0, let tag = reception.tag {
      request.fields = ["Range: bytes=\(reception.byteCount)-", "If-Range: \(tag)"]
    } else if reception.byteCount > 0 {
      try reception.target.clear()
      _ = reception.hash.value()
      reception.byteCount = 0
    }
    var isFirst = true
    let before = reception.byteCount
    var refusal: [UInt8] = []
    let transfer = try client.start(request, .idle(Self.stallSeconds)) { head, bytes in
      guard head.status == 200 || head.status == 206 else {
        if refusal.count < JobWatch.refusalBytesMax { refusal += bytes }
        return .taken
      }
      defer { isFirst = false }
      return reception.take(head, bytes, isFirst: isFirst)
    }
    defer { client.loop.remove(transfer) }
    while transfer.code == nil {
      output.show(progress.text(bytes: reception.byteCount))
      try wait(milliseconds: Self.turnMilliseconds)
    }
    if let fault = reception.fault { throw fault }
    if reception.byteCount == reception.file.byteCount, transfer.head.status / 100 == 2 {
      return true
    }
    let failure =
      transfer.failure ?? ServiceReply(head: transfer.head, body: refusal).refusal
      ?? ClientFailure(kind: .broken, "The service ended the connection.")
    if reception.byteCount != before { schedule.succeed() }
    try pause(after: failure, &schedule)
    return false
  }

  /// Waits until a request may be made again.
  ///
  /// - Throws: the failure, where it is final or patience is over.
  private func pause(
    after failure: ClientFailure, _ schedule: inout ReconnectSchedule
  ) throws(ClientFailure) {
    if case .final = failure.kind { throw failure }
    let isHopeless = failure.kind == .unreachable && !hasAnswered && patience == nil
    guard !isHopeless, schedule.fail(at: .now) else { throw failure }
    if failure.kind == .busy, failure.text != saidRefusal {
      saidRefusal = failure.text
      output.say("\(failure.text) It is tried again.")
    }
    output.show("the connection is lost and is tried again")
    while let time = schedule.wait(at: .now) {
      try wait(milliseconds: Int(time / .milliseconds(1)) + 1)
    }
  }

  private func wait(milliseconds: Int) throws(ClientFailure) {
    _ = client.loop.turn([.init(fd: signals.fd, isWrite: false)], milliseconds: milliseconds)
    guard signals.next() == nil else {
      throw ClientFailure(.interrupted, "It was left; nothing of the file is here.")
    }
  }
}
