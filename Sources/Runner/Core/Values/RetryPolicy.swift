/// When a run without success is followed by another one.
package struct RetryPolicy: Hashable, Sendable {
  /// Runs after the first one, 1 to `retriesMax`.
  package let retriesMax: Int
  /// Seconds before the second run; twice as many before each further one, up to `delaySecondsMax`.
  package let delaySeconds: Int

  /// Range of `retriesMax`.
  package static let retriesRange = 0...100
  /// Range of `delaySeconds`.
  package static let delayRange = 1...86_400
  /// The longest time between two runs, in seconds: a day.
  package static let delaySecondsMax = 86_400

  /// A policy of at most `retriesMax` further runs.
  package init(retriesMax: Int, delaySeconds: Int) {
    self.retriesMax = retriesMax
    self.delaySeconds = delaySeconds
  }

  /// Seconds before the next run where `attempts` ended without success, at least 1; nil where none
  /// follows.
  func delaySeconds(after attempts: Int) -> Int? {
    guard attempts <= retriesMax else { return nil }
    var seconds = delaySeconds
    for _ in 1..<max(1, attempts) where seconds < Self.delaySecondsMax { seconds *= 2 }
    return min(seconds, Self.delaySecondsMax)
  }
}
