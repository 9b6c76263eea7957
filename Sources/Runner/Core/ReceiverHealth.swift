/// What is known of a receiver: a breaker, so that one that does not work costs one try at a time.
///
/// It opens after some failures in a row. Then nothing goes there for a while, after which one
/// callback may try; its failure means a longer while, any answer that shows life closes it.
package struct ReceiverHealth: Hashable, Sendable {
  /// Failures since the last sign of life.
  package var failures: Int
  /// Nothing goes there before; nil while it is closed.
  package var blockedUntil: Timestamp?

  /// Failures in a row that open it.
  package static let openAfter = 5
  /// The first while in seconds; each further one is twice as long.
  static let pauseSeconds: Double = 1
  /// The longest while in seconds.
  static let pauseMaxSeconds: Double = 60

  package init(failures: Int = 0, blockedUntil: Timestamp? = nil) {
    self.failures = failures
    self.blockedUntil = blockedUntil
  }

  package var isOpen: Bool { failures >= Self.openAfter }

  /// How many callbacks may be on their way there at one time, of as many as policy allows.
  package func room(of most: Int) -> Int { isOpen ? 1 : most }

  package func after(_ result: CallbackResult, at now: Timestamp) -> ReceiverHealth {
    guard let isDown = result.isReceiverDown else { return self }
    guard isDown else { return ReceiverHealth() }
    var next = ReceiverHealth(failures: failures + 1)
    if next.isOpen {
      let doublings = min(next.failures - Self.openAfter, 10)
      let pause = min(Self.pauseSeconds * Double(1 << doublings), Self.pauseMaxSeconds)
      next.blockedUntil = now.adding(seconds: pause)
    }
    return next
  }
}
