/// When a submission is made again that got no answer of the service's, or that it stops.
struct SubmissionSchedule: Sendable {
  /// Whether the service said last that it stops: another one is to be there soon.
  private(set) var isRestarting = false
  /// Whether the answer to a try was lost, so that the service may have the job.
  private(set) var mayBeThere = false
  /// nil: not at all before anything was sent, for ever once the service may have the job.
  private let patience: Duration?
  private var lost: ReconnectSchedule
  private var restart: ReconnectSchedule

  /// - Parameters:
  ///   - patience: how long a service that cannot be reached is tried again; nil: see above.
  ///   - retry: how long a full one is; without patience also one that was stopping.
  init(patience: Duration?, retry: Duration?) {
    self.patience = patience
    lost = ReconnectSchedule(patience: patience)
    restart = ReconnectSchedule(patience: patience ?? retry ?? ReconnectSchedule.restartTime)
  }

  /// The service answered.
  mutating func answered(isStopping: Bool) {
    isRestarting = isStopping
    if !isStopping { restart.succeed() }
  }

  /// A try came to nothing.
  ///
  /// - Parameter isBroken: whether something may have been sent.
  /// - Returns: the time until the next one; nil where there is to be none.
  mutating func pause(isBroken: Bool, at now: ContinuousClock.Instant) -> Duration? {
    mayBeThere = mayBeThere || isBroken
    if isRestarting, !mayBeThere { return Self.pause(&restart, at: now) }
    guard mayBeThere || patience != nil else { return nil }
    return Self.pause(&lost, at: now)
  }

  private static func pause(
    _ schedule: inout ReconnectSchedule, at now: ContinuousClock.Instant
  ) -> Duration? {
    schedule.fail(at: now) ? schedule.wait(at: now) ?? .zero : nil
  }
}
