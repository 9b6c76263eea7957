import Glibc
import TextFormats

/// Submits a job once, whatever becomes of the answers.
struct JobSender {
  let client: ServiceClient
  let output: TerminalOutput
  let signals: ClientSignal
  /// How long a full service is tried again; nil for not at all.
  var retry: Duration?
  /// How long a service that cannot be reached is tried again; nil: not at all before anything was
  /// sent, and for ever afterwards, since a job may be there. One that was stopping: see
  /// `SubmissionSchedule`.
  var patience: Duration?
  /// nil for a random one.
  var key: String?
  /// Whether the job is held for its files.
  var isHeld = false
  /// What signals mean, and what came of them.
  var policy: InterruptPolicy

  /// Of one try to the next where a full service names no time.
  private static let busyPause = Duration.seconds(1)
  private static let pauseMax = Duration.seconds(30)

  /// - Parameter signals: blocked since before the job was submitted.
  init(
    client: ServiceClient, output: TerminalOutput, signals: ClientSignal, policy: InterruptPolicy
  ) {
    self.client = client
    self.output = output
    self.signals = signals
    self.policy = policy
  }

  /// Submits the job. A signal that is to cancel it while the service may have it already waits for
  /// the answer, since only that has its id: then `policy.isCancelled` says so.
  ///
  /// - Returns: the job's document.
  /// - Throws: `ClientFailure`, after the tries that are due.
  mutating func submit(_ submission: JobSubmission) throws(ClientFailure) -> JSONNode {
    let key = key ?? Self.randomKey()
    var request = ServiceRequest.post(isHeld ? "/?hold=1" : "/", submission.body)
    request.fields = ["Idempotency-Key: \(key)"]
    let begin = ContinuousClock.now
    var schedule = SubmissionSchedule(patience: patience, retry: retry)
    while true {
      do throws(ClientFailure) {
        return try send(request, key, &schedule)
      } catch {
        switch error.kind {
        case .final: throw error
        case .busy:
          guard let retry, ContinuousClock.now - begin < retry else {
            throw Self.last(error, mayBeThere: schedule.mayBeThere, key)
          }
          let pause = error.retryAfterSeconds.map { Duration.seconds($0) } ?? Self.busyPause
          try wait(
            min(pause, Self.pauseMax, retry - (ContinuousClock.now - begin)), schedule.mayBeThere,
            key)
        case .unreachable, .broken:
          guard let pause = schedule.pause(isBroken: error.kind == .broken, at: .now) else {
            let last = schedule.isRestarting ? Self.stopped(error) : error
            throw Self.last(last, mayBeThere: schedule.mayBeThere, key)
          }
          output.show(
            schedule.isRestarting
              ? "the service was stopping and is tried again"
              : "the service cannot be reached and is tried again: \(error.text)")
          try wait(pause, schedule.mayBeThere, key)
        }
      }
    }
  }

  /// One try.
  private mutating func send(
    _ request: ServiceRequest, _ key: String, _ schedule: inout SubmissionSchedule
  ) throws(ClientFailure) -> JSONNode {
    let (client, signals) = (client, signals)
    do throws(ClientFailure) {
      let reply = try client.reply(
        to: request, wokenBy: signals.fd, isInterrupted: { hasToLeave() })
      schedule.answered(isStopping: reply.isStopping)
      if let refusal = reply.refusal {
        throw reply.isStopping ? ClientFailure(kind: .unreachable, refusal.text) : refusal
      }
      return try reply.document()
    } catch {
      throw error.kind == .final(.interrupted) ? Self.left(key, mayBeThere: true) : error
    }
  }

  /// The failure where a service that said that it stops did not come back: as of one that is full,
  /// the same command is worth another try later.
  private static func stopped(_ failure: ClientFailure) -> ClientFailure {
    ClientFailure(
      kind: .busy, "The service was stopping, and no other came in time: \(failure.text)")
  }

  /// The failure of the last try.
  ///
  /// - Parameter mayBeThere: whether the answer to a try was lost, whatever came of those after it.
  static func last(_ failure: ClientFailure, mayBeThere: Bool, _ key: String) -> ClientFailure {
    guard mayBeThere else { return failure }
    var last = ClientFailure(
      kind: failure.kind,
      "\(failure.text) The answer to a try was lost, so the service may have the job: with "
        + "--idempotency-key \(key) the same command comes back to it.")
    last.retryAfterSeconds = failure.retryAfterSeconds
    return last
  }

  private static func left(_ key: String, mayBeThere: Bool) -> ClientFailure {
    ClientFailure(
      .interrupted,
      mayBeThere
        ? "It was left, and the service may have the job: with --idempotency-key \(key) the same "
          + "command comes back to it."
        : "It was left before the service had taken the job.")
  }

  /// Takes the signals that came.
  ///
  /// - Returns: whether this command is to leave at once.
  private mutating func hasToLeave() -> Bool {
    while let signal = signals.next() {
      switch policy.effect(of: signal, at: .now) {
      case .tell:
        output.say("the service has not answered yet; Ctrl-C again within 2 s cancels the job")
      case .cancel: break
      case .leave: return true
      }
    }
    return false
  }

  /// - Throws: `ClientFailure` (interrupted) where a signal ends it.
  private mutating func wait(
    _ time: Duration, _ mayBeThere: Bool, _ key: String
  ) throws(ClientFailure) {
    let end = ContinuousClock.now + time
    while true {
      if hasToLeave() || policy.isCancelled && !mayBeThere {
        throw Self.left(key, mayBeThere: mayBeThere)
      }
      guard ContinuousClock.now < end else { return }
      let milliseconds = Int((end - ContinuousClock.now) / .milliseconds(1)) + 1
      _ = client.loop.turn(
        [.init(fd: signals.fd, isWrite: false)], milliseconds: max(1, milliseconds))
    }
  }

  private static func randomKey() -> String {
    var generator = SystemRandomNumberGenerator()
    let high = String(generator.next(), radix: 16)
    return "http-runner-\(high)-\(String(generator.next(), radix: 16))"
  }
}
