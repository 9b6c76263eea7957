/// When a connection is tried again: at once, then after pauses that double up to five seconds.
struct ReconnectSchedule: Sendable {
  /// How long a service that was stopping is tried again where nothing else is asked for: longer
  /// than a restart takes, and an end for a unit that is started where the service stays away.
  static let restartTime = Duration.seconds(120)

  private static let firstPause = Duration.milliseconds(50)
  private static let pauseMax = Duration.seconds(5)

  /// nil: for ever.
  let patience: Duration?
  private var pause = ReconnectSchedule.firstPause
  private var dueAt: ContinuousClock.Instant?
  private var brokenSince: ContinuousClock.Instant?
  /// Failures since it last worked.
  private(set) var failures = 0

  init(patience: Duration?) {
    self.patience = patience
  }

  /// Whether it may be tried now.
  func isDue(at now: ContinuousClock.Instant) -> Bool { dueAt.map { $0 <= now } ?? true }

  /// Until it may be tried; nil where that is now.
  func wait(at now: ContinuousClock.Instant) -> Duration? {
    dueAt.flatMap { $0 > now ? $0 - now : nil }
  }

  /// It works.
  mutating func succeed() { self = ReconnectSchedule(patience: patience) }

  /// It did not work.
  ///
  /// - Returns: false where patience is over.
  mutating func fail(at now: ContinuousClock.Instant) -> Bool {
    failures += 1
    let since = brokenSince ?? now
    brokenSince = since
    dueAt = now + pause
    pause = min(pause * 2, Self.pauseMax)
    return patience.map { now - since < $0 } ?? true
  }
}
