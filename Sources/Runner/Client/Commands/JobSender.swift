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
  /// sent, for ever afterwards, since a job may be there.
  var patience: Duration?
  /// nil for a random one.
  var key: String?

  /// Of one try to the next where a full service names no time.
  private static let busyPause = Duration.seconds(1)
  private static let pauseMax = Duration.seconds(30)

  /// - Returns: the job's document.
  /// - Throws: `ClientFailure`, after the tries that are due.
  func submit(_ submission: JobSubmission) throws(ClientFailure) -> JSONNode {
    var request = ServiceRequest.post("/", submission.body)
    request.fields = ["Idempotency-Key: \(key ?? Self.randomKey())"]
    let begin = ContinuousClock.now
    var schedule = ReconnectSchedule(patience: patience)
    var mayBeThere = false
    while true {
      do throws(ClientFailure) {
        let reply = try client.reply(to: request, isInterrupted: { signals.next() != nil })
        if let refusal = reply.refusal { throw refusal }
        return try reply.document()
      } catch {
        switch error.kind {
        case .final: throw error
        case .busy:
          guard let retry, ContinuousClock.now - begin < retry else { throw error }
          let pause = error.retryAfterSeconds.map { Duration.seconds($0) } ?? Self.busyPause
          try wait(min(pause, Self.pauseMax, retry - (ContinuousClock.now - begin)))
        case .unreachable, .broken:
          mayBeThere = mayBeThere || error.kind == .broken
          guard mayBeThere || patience != nil, schedule.fail(at: .now) else { throw error }
          output.show("the service cannot be reached and is tried again: \(error.text)")
          try wait(schedule.wait(at: .now) ?? .zero)
        }
      }
    }
  }

  /// - Throws: `ClientFailure` (interrupted) where a signal comes.
  private func wait(_ time: Duration) throws(ClientFailure) {
    let end = ContinuousClock.now + time
    while ContinuousClock.now < end {
      let milliseconds = Int((end - ContinuousClock.now) / .milliseconds(1)) + 1
      _ = client.loop.turn(
        [.init(fd: signals.fd, isWrite: false)], milliseconds: max(1, milliseconds))
      guard signals.next() == nil else {
        throw ClientFailure(.interrupted, "It was left before the service had taken the job.")
      }
    }
  }

  private static func randomKey() -> String {
    var generator = SystemRandomNumberGenerator()
    let high = String(generator.next(), radix: 16)
    return "http-runner-\(high)-\(String(generator.next(), radix: 16))"
  }
}
