import Glibc

/// A job as if it ran here: its streams, its signals, its exit code.
final class JobSession {
  /// How it is relayed.
  struct Options {
    /// Nothing is taken out of what a terminal shows.
    var isRaw = false
    /// How long a lost connection is tried again; nil for ever.
    var patience: Duration?
    /// Whether `q` on standard input ends it, as ffmpeg's own key does.
    var hasQuitKey = false
  }

  private let client: ServiceClient
  private let id: String
  private let options: Options
  private let output: TerminalOutput
  private let signals: ClientSignal
  private let watch: JobWatch
  private let waitWatch: WaitWatch
  private let streams: [OutputFollower]
  private var policy: InterruptPolicy
  private var isQuitKeyAwaited: Bool
  private var hasQuit = false
  /// nil: no cancel was asked for; else when it is to be sent, and sent again.
  private var cancelAt: ContinuousClock.Instant?
  private var isCancelled = false
  private var breaksSeen = 0
  private var restartsSeen = 0
  /// Whether the job has ended with success, and its output was relayed to its end.
  private(set) var hasSucceeded = false
  private let begin = ContinuousClock.now

  private static let turnTime = Duration.seconds(1)
  /// Of one drawing of the status line to the next.
  private static let statusTime = Duration.milliseconds(250)
  private static let cancelPause = Duration.seconds(1)

  /// - Parameters:
  ///   - signals: blocked since before the job was submitted.
  ///   - policy: that of the submission; where it is to be cancelled already, it is.
  init(
    _ client: ServiceClient, _ id: String, _ options: Options, _ output: TerminalOutput,
    _ signals: ClientSignal, _ policy: InterruptPolicy
  ) {
    self.client = client
    self.id = id
    self.options = options
    self.output = output
    self.signals = signals
    watch = JobWatch(client, id, patience: options.patience, hasAnswered: policy.isOwner)
    waitWatch = WaitWatch(client, id)
    streams = [("stdout", STDOUT_FILENO), ("stderr", STDERR_FILENO)].map { name, fd in
      OutputFollower(
        client, id, name, OutputSink(fd, isRaw: options.isRaw) { [output] in output.erase() })
    }
    self.policy = policy
    cancelAt = policy.isCancelled ? .now : nil
    isQuitKeyAwaited = options.hasQuitKey
  }

  /// Relays until the job has ended, or this command is to leave it.
  ///
  /// - Returns: the exit code.
  /// - Throws: `ClientFailure` where the service refuses or is lost for good.
  func run() throws(ClientFailure) -> Int32 {
    defer { output.erase() }
    while true {
      let now = ContinuousClock.now
      try watch.step(at: now)
      try follow(at: now)
      if let code = try outputFailure() { return code }
      try sendCancel(at: now)
      if let result = watch.result, streams.allSatisfy({ $0.isComplete && $0.sink.isFlushed }) {
        return end(result)
      }
      if output.isStatusShown, watch.status == "queued" { waitWatch.step(at: now) }
      draw(at: now)
      if let code = turn(at: now) { return code }
    }
  }

  private func follow(at now: ContinuousClock.Instant) throws(ClientFailure) {
    if watch.breaks != breaksSeen {
      breaksSeen = watch.breaks
      for stream in streams { stream.reconnect() }
    }
    if watch.restarts != restartsSeen {
      restartsSeen = watch.restarts
      for stream in streams { stream.restart() }
      output.say("job \(id) runs again from its start")
    }
    let isReady = watch.isConnected && watch.status != "queued"
    for stream in streams {
      stream.sink.flush()
      guard isReady || watch.result != nil else { continue }
      try stream.step(at: now, attempt: watch.attempt, hasEnded: watch.result != nil)
    }
  }

  /// Waits for whatever comes next.
  ///
  /// - Returns: an exit code where this command is to leave the job.
  private func turn(at now: ContinuousClock.Instant) -> Int32? {
    var interests = [TransferLoop.Interest(fd: signals.fd, isWrite: false)]
    if isQuitKeyAwaited { interests.append(.init(fd: STDIN_FILENO, isWrite: false)) }
    for case let fd? in streams.map(\.sink.awaited) {
      interests.append(.init(fd: fd, isWrite: true))
    }
    var wait = output.isStatusShown ? Self.statusTime : Self.turnTime
    for case let time? in [watch.wait(at: now)] + streams.map({ $0.wait(at: now) }) {
      wait = min(wait, time)
    }
    let milliseconds = Int(wait / .milliseconds(1)) + 1
    let ready = client.loop.turn(interests, milliseconds: milliseconds)
    if isQuitKeyAwaited, ready[1] { readQuitKey() }
    return hasToLeave() ? leave() : nil
  }

  /// Takes the signals that came.
  ///
  /// - Returns: whether this command is to leave at once.
  private func hasToLeave() -> Bool {
    while let signal = signals.next() {
      switch policy.effect(of: signal, at: .now) {
      case .tell: tell()
      case .cancel: cancelAt = cancelAt ?? .now
      case .leave: return true
      }
    }
    return false
  }

  private func readQuitKey() {
    var keys = [UInt8](repeating: 0, count: 256)
    // SAFETY: read(2) writes at most as many bytes as the array has.
    let count = unsafe read(STDIN_FILENO, &keys, keys.count)
    guard count > 0 else {
      isQuitKeyAwaited = false
      return
    }
    guard keys.prefix(count).contains(UInt8(ascii: "q")) else { return }
    hasQuit = true
    cancelAt = cancelAt ?? .now
  }

  private func tell() {
    let seconds = Int((ContinuousClock.now - begin) / .seconds(1))
    output.say(
      "job \(id) is \(watch.status ?? "on its way") (\(StatusText.clock(seconds))); Ctrl-C again "
        + "within 2 s cancels it. To leave it: start with --detach-on-interrupt; to come back: "
        + "http-runner follow \(id)")
  }

  private func leave() -> Int32 {
    if !isCancelled { output.say("the job goes on; to come back: http-runner follow \(id)") }
    return ClientExit.interrupted.rawValue
  }

  /// Sends the cancel, and again until it has arrived.
  private func sendCancel(at now: ContinuousClock.Instant) throws(ClientFailure) {
    guard let due = cancelAt, due <= now, !isCancelled, watch.result == nil else { return }
    cancelAt = now + Self.cancelPause
    do throws(ClientFailure) {
      let reply = try client.reply(
        to: .post("/\(id)/cancel"), wokenBy: signals.fd, isInterrupted: { hasToLeave() })
      if let refusal = reply.refusal { throw refusal }
      isCancelled = true
    } catch {
      guard case .final = error.kind else { return }
      throw error
    }
  }

  /// What reads the output is gone: so is the purpose of a job of this command's own.
  private func outputFailure() throws(ClientFailure) -> Int32? {
    guard let failure = streams.compactMap(\.sink.failure).first else { return nil }
    if policy.isOwner, watch.result == nil, !isCancelled {
      cancelAt = cancelAt ?? .now
      try sendCancel(at: .now)
      // Again, until it has arrived.
      guard isCancelled else { return nil }
    }
    if failure == EPIPE { return ClientExit.outputClosed.rawValue }
    let end = isCancelled ? " The job is cancelled." : ""
    throw ClientFailure(.serviceLost, "The output cannot be written: errno \(failure).\(end)")
  }

  private func draw(at now: ContinuousClock.Instant) {
    guard output.isStatusShown, streams.allSatisfy({ !$0.sink.isTerminal || $0.sink.isAtLineStart })
    else { return }
    output.show(
      StatusText.text(
        status: watch.status, wait: waitWatch.wait, progress: watch.progress,
        seconds: Int((now - begin) / .seconds(1)),
        isBroken: watch.isBroken, isEnding: cancelAt != nil))
  }

  private func end(_ result: JobResult) -> Int32 {
    output.erase()
    hasSucceeded = result.hasSucceeded
    for gap in watch.gaps {
      let count = gap.bytes.map { "\($0) bytes" } ?? "what was written last"
      output.say(
        "\(count) of \(gap.stream) from byte \(gap.offset) on cannot be had "
          + (gap.bytes == nil
            ? "where the service died before it was kept" : "(output.perStream of the service)"))
    }
    if hasQuit, result.hasEndedOnRequest { return ClientExit.ok.rawValue }
    if result.isOfService, let message = result.message { output.say(message) }
    return result.exitCode(isCancelledHere: cancelAt != nil)
  }
}
