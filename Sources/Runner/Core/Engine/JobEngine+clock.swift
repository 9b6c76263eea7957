/// When the wall clock is looked at for what is due.
extension JobEngine {
  /// Longest pause between two looks, in microseconds. A sleep does not notice a step of that
  /// clock, so this bounds how long one goes unnoticed.
  private static let checkPauseMax: Int64 = 5_000_000
  /// Shortest pause between two looks, in microseconds.
  private static let checkPauseMin: Int64 = 50_000

  /// Microseconds up to the next look at the wall clock, for what is due at `time`.
  func checkPause(until time: Timestamp) -> Int64 {
    let left = time.microseconds - ports.clock.now().microseconds
    return min(Self.checkPauseMax, max(Self.checkPauseMin, left))
  }
}
