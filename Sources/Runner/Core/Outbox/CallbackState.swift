/// Where the callback of an ended job stands.
package enum CallbackState: Hashable, Sendable {
  /// It is to be tried at this time, and not before.
  case scheduled(at: Timestamp)
  /// The receiver has it.
  case delivered
  /// No more tries are made.
  case givenUp
}
