/// Result of a request to deliver a callback again.
package enum Redelivery: Hashable, Sendable {
  /// The delivery is pending, by this request or already before.
  case scheduled
  case unknown
  case jobLives
  case noCallback
}
