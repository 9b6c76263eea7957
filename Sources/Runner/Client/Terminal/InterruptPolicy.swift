import Glibc

/// What a signal means while a job is relayed, as with srun(1): on a terminal Ctrl-C tells first,
/// cancels when it comes again within two seconds, and leaves the third time. Without a terminal
/// the first one cancels: a script that is killed must not leave hours of work behind.
struct InterruptPolicy: Sendable {
  /// What to do.
  enum Effect: Sendable {
    /// Say what the job does, and what a second one would do.
    case tell
    /// Cancel the job, and go on until its end.
    case cancel
    /// Leave at once; the job stays as it is.
    case leave
  }

  /// Within which a second one counts as such.
  private static let againTime = Duration.seconds(2)

  /// Whether standard input is a terminal.
  let isInteractive: Bool
  /// Whether the job is this command's own, so that its end is.
  let isOwner: Bool
  /// Whether SIGINT leaves the job alone.
  let isDetaching: Bool
  private var isCancelled = false
  private var toldAt: ContinuousClock.Instant?

  init(isInteractive: Bool, isOwner: Bool, isDetaching: Bool) {
    self.isInteractive = isInteractive
    self.isOwner = isOwner
    self.isDetaching = isDetaching
  }

  mutating func effect(of signal: Int32, at now: ContinuousClock.Instant) -> Effect {
    guard isOwner, !isCancelled else { return .leave }
    if signal == SIGINT, isDetaching { return .leave }
    let isAgain = toldAt.map { now - $0 <= Self.againTime } ?? false
    if signal == SIGINT, isInteractive, !isAgain {
      toldAt = now
      return .tell
    }
    isCancelled = true
    return .cancel
  }
}
