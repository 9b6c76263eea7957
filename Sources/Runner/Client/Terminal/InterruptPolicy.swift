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

  /// Whether a user at a terminal can answer.
  private let isInteractive: Bool
  /// Whether the job is this command's own, so that its end is.
  let isOwner: Bool
  /// Whether SIGINT leaves the job alone.
  private let isDetaching: Bool
  /// Whether the job is to be cancelled.
  private(set) var isCancelled = false
  private var toldAt: ContinuousClock.Instant?

  /// - Parameter isInteractive: unless it is given: whether standard input is a terminal.
  init(
    isInteractive: Bool = isatty(STDIN_FILENO) == 1, isOwner: Bool, isDetaching: Bool = false
  ) {
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
