/// When a callback that failed is tried again, and when no more. A pure rule: time and chance are
/// given to it.
package struct BackoffSchedule: Hashable, Sendable {
  /// Seconds from one try to the next; after as many failures and one more it is given up.
  package var delays: [Double] = [1, 5, 30, 120, 600, 3600, 7200, 14_400]
  /// Seconds after which no further try is made, whatever made it take so long.
  package var giveUpSeconds: Double = 86_400

  /// By how much of itself a wait is made shorter or longer, so that callbacks that failed together
  /// do not come back together.
  package static let jitter = 0.2
  /// The shortest wait for a receiver that has too much to do, in seconds.
  package static let overloadSeconds: Double = 60
  /// The longest wait that a receiver may ask for, in seconds, where the schedule's own is shorter.
  package static let retryAfterMaxSeconds: Double = 3600

  package init() {}

  /// No wait is longer, in seconds: what is due later was written under another clock.
  var longestDelaySeconds: Double {
    max(delays.max() ?? 0, Self.retryAfterMaxSeconds) * (1 + Self.jitter)
  }

  /// - Parameters:
  ///   - tries: how many there were, this one included.
  ///   - since: when the callback became owed.
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
