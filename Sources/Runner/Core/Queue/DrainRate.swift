/// Rate at which jobs leave the queue, over the last departures. Times are microseconds of the
/// monotonic clock: a step of the wall clock must not change the rate.
struct DrainRate {
  private static let window = 32
  private var departures: [Int64] = []

  mutating func record(_ time: Int64) {
    departures.append(time)
    if departures.count > 2 * Self.window { departures.removeFirst(Self.window) }
  }

  /// Whole seconds until the next job is likely to leave: from 1 to 600, and nil when none ever
  /// did.
  func secondsUntilNext(at now: Int64) -> Int? {
    microsecondsEach(at: now).map { min(600, max(1, Int(($0 / 1_000_000).rounded(.up)))) }
  }

  /// How many jobs leave in an hour at this pace; nil when none ever did.
  func perHour(at now: Int64) -> Int? {
    // The first of them comes with the first instant, so that a pace is always finite.
    microsecondsEach(at: now).map { Int(3_600_000_000 / max(1, $0)) }
  }

  private func microsecondsEach(at now: Int64) -> Double? {
    guard let oldest = departures.suffix(Self.window).first else { return nil }
    return Double(max(0, now - oldest)) / Double(min(Self.window, departures.count))
  }
}
