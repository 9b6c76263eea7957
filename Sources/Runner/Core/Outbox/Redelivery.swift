/// What became of the wish to have a callback delivered again.
package enum Redelivery: Hashable, Sendable {
  /// It is owed, since now or since before.
  case scheduled
  case unknown
  case jobLives
  case noCallback
}
