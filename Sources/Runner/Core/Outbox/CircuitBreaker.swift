/// What is known of a receiver: a breaker, so that one that does not work costs one try at a time.
///
/// It opens after some failures in a row. Then nothing goes there for a while, after which one
/// callback may try; its failure means a longer while, any answer that shows life closes it.
package struct CircuitBreaker: Hashable, Sendable {
  /// Failures since the last sign of life.
  package var failures: Int
  /// Nothing goes there before; nil while it is closed.
  package var openUntil: Timestamp?

  /// Failures in a row that open it.
  package static let failureThreshold = 5
  /// The first while in seconds; each further one is twice as long.
  static let cooldownSeconds: Double = 1
  /// The longest while in seconds.
  static let cooldownSecondsMax: Double = 60

  package init(failures: Int = 0, openUntil: Timestamp? = nil) {
    self.failures = failures
    self.openUntil = openUntil
  }

  package var isOpen: Bool { failures >= Self.failureThreshold }

  /// How many callbacks may be on their way there at one time, of as many as policy allows.
  package func concurrencyLimit(within max: Int) -> Int { isOpen ? 1 : max }

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
