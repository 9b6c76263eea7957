/// Backoff between delivery attempts, and when delivery is given up. A pure rule: time and chance
/// are arguments.
package struct BackoffSchedule: Hashable, Sendable {
  /// Delays between attempts, in seconds; when the attempt after the last delay fails, delivery is
  /// given up.
  package var delays: [Double] = [1, 5, 30, 120, 600, 3600, 7200, 14_400]
  /// Age of a pending delivery at which it is given up, in seconds, whatever the number of
  /// attempts.
  package var giveUpSeconds: Double = 86_400

  /// Jitter: the fraction by which each delay is shortened or lengthened at random, so that
  /// deliveries that failed together are not retried together.
  package static let jitter = 0.2
  /// Shortest delay after an overload response, in seconds.
  package static let overloadSeconds: Double = 60
  /// Longest `Retry-After` that is honoured, in seconds, where the delay of the schedule is
  /// shorter.
  package static let retryAfterMaxSeconds: Double = 3600

  /// The default schedule: at most nine attempts, over some seven hours.
  package init() {}

  /// Upper bound of all delays, in seconds: a due time beyond it was written before a step of the
  /// wall clock.
  var longestDelaySeconds: Double {
    max(delays.max() ?? 0, Self.retryAfterMaxSeconds) * (1 + Self.jitter)
  }

  /// The state after an attempt.
  ///
  /// - Parameters:
  ///   - tries: number of attempts, this one included.
  ///   - since: when the delivery became pending.
  ///   - chance: from 0 up to 1, at random.
  package func state(
    after result: CallbackResult, tries: Int, since: Timestamp, at now: Timestamp, chance: Double
  ) -> CallbackState {
    if result.isDelivered { return .delivered }
    guard !result.isFinal, tries <= delays.count else { return .givenUp }
    let next = now.adding(seconds: delay(after: result, tries: tries, chance: chance))
    return next <= since.adding(seconds: giveUpSeconds) ? .scheduled(at: next) : .givenUp
  }

  private func delay(after result: CallbackResult, tries: Int, chance: Double) -> Double {
    var delay = delays[max(tries, 1) - 1] * (1 + Self.jitter * (2 * chance - 1))
    if result.isOverload { delay = max(delay, Self.overloadSeconds) }
    if case .answered(_, let seconds?) = result {
      delay = max(delay, min(Double(seconds), Self.retryAfterMaxSeconds))
    }
    return delay
  }
}
