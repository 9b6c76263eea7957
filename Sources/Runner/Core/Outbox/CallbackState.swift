/// Delivery state of an ended job.
package enum CallbackState: Hashable, Sendable {
  /// The next attempt is due at this time.
  case scheduled(at: Timestamp)
  /// The receiver accepted it.
  case delivered
  /// Delivery was abandoned.
  case givenUp
}
