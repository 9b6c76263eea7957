/// Circuit breaker of one receiver: one that fails costs one attempt at a time.
///
/// It opens after `failureThreshold` consecutive failures. After a cooldown one attempt is made
/// (half-open); its failure doubles the cooldown, any response that shows a working receiver closes
/// the breaker.
package struct CircuitBreaker: Hashable, Sendable {
  /// Number of consecutive failures.
  package var failures: Int
  /// End of the cooldown, before which nothing is sent; nil while it is closed.
  package var openUntil: Timestamp?

  /// Number of consecutive failures that opens the breaker.
  package static let failureThreshold = 5
  /// First cooldown in seconds; each further one is twice as long.
  static let cooldownSeconds: Double = 1
  /// Longest cooldown in seconds.
  static let cooldownSecondsMax: Double = 60

  /// A breaker with `failures` consecutive failures; by default a closed one without any.
  package init(failures: Int = 0, openUntil: Timestamp? = nil) {
    self.failures = failures
    self.openUntil = openUntil
  }

  /// Whether `failures` has reached `failureThreshold`; also during the half-open attempt.
  package var isOpen: Bool { failures >= Self.failureThreshold }

  /// Deliveries that may be in flight at one time: one while the breaker is open, else `max`.
  package func concurrencyLimit(within max: Int) -> Int { isOpen ? 1 : max }

  /// The breaker after an attempt at `now`. A result that shows nothing of the receiver does not
  /// change it.
  package func recording(_ result: CallbackResult, at now: Timestamp) -> CircuitBreaker {
    guard let isDown = result.isReceiverDown else { return self }
    guard isDown else { return CircuitBreaker() }
    var next = CircuitBreaker(failures: failures + 1)
    if next.isOpen {
      let doublings = min(next.failures - Self.failureThreshold, 10)
      let cooldown = min(Self.cooldownSeconds * Double(1 << doublings), Self.cooldownSecondsMax)
      next.openUntil = now.adding(seconds: cooldown)
    }
    return next
  }
}
