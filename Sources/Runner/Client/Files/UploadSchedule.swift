/// When a request of an upload is made again that got no answer, or that of a service that stops or
/// fails.
struct UploadSchedule: Sendable {
  /// Whether the service said last that it stops or fails, or nothing listens since it answered:
  /// it, or another one, is to be there soon.
  private(set) var isFailing = false
  private var lost: ReconnectSchedule
  private var failing: ReconnectSchedule

  /// - Parameters:
  ///   - patience: how long a lost connection is tried again; nil for ever.
  ///   - retry: how long a full service is; without patience also one that stops or fails, and nil
  ///     as long as for a submission.
  init(patience: Duration?, retry: Duration?) {
    lost = ReconnectSchedule(patience: patience)
    failing = ReconnectSchedule(patience: patience ?? retry ?? ReconnectSchedule.restartTime)
  }

  /// The service answered.
  mutating func answered(isFailing: Bool) {
    self.isFailing = isFailing
    lost.succeed()
    if !isFailing { failing.succeed() }
  }

  /// A try came to nothing.
  ///
  /// - Parameter isRefused: whether nothing listens: a service that stopped, though its answer to
  ///   the request under way was lost.
  /// - Returns: the time until the next one; nil where there is to be none.
  mutating func pause(at now: ContinuousClock.Instant, isRefused: Bool = false) -> Duration? {
    isFailing = isFailing || isRefused
    guard isFailing else { return lost.fail(at: now) ? lost.wait(at: now) ?? .zero : nil }
    return failing.fail(at: now) ? failing.wait(at: now) ?? .zero : nil
  }
}
