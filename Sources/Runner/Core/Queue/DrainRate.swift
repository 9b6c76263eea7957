/// Rate at which jobs leave the queue, over the last departures. Times are microseconds of the
/// monotonic clock: a step of the wall clock must not change the rate. Time in which the queue is
/// paused does not count.
struct DrainRate {
  /// Departures that are counted at least, where there are as many.
  private static let window = 32
  /// The shortest time over which departures are counted: when a pause ends, as many jobs leave at
  /// one time as there are slots, which is no pace.
  private static let spanMin: Int64 = 1_000_000
  /// Departures that are remembered.
  private static let departuresMax = 4096
  private var departures: [Int64] = []
  private var pausedSince: Int64?

  mutating func record(_ time: Int64) {
    departures.append(time)
    if departures.count > Self.departuresMax {
      departures.removeFirst(Self.departuresMax / 2)
    }
  }

  /// The queue is paused, or paused still.
  mutating func pause(at now: Int64) { pausedSince = pausedSince ?? now }

  /// The queue is resumed, or was not paused.
  mutating func resume(at now: Int64) {
    guard let since = pausedSince.take() else { return }
    departures = departures.map { $0 + max(0, now - since) }
  }

  /// Whole seconds until the next job is likely to leave: from 1 to 600, and nil when none ever
  /// did.
  func secondsUntilNext(at now: Int64) -> Int? {
    microsecondsEach(at: now).map { min(600, max(1, Int(($0 / 1_000_000).rounded(.up)))) }
  }

  /// How many jobs leave in an hour at this pace; nil when none ever did.
  func perHour(at now: Int64) -> Int? {
    microsecondsEach(at: now).map { Int(3_600_000_000 / $0) }
  }

  private func microsecondsEach(at now: Int64) -> Double? {
    guard let last = departures.suffix(Self.window).first else { return nil }
    let end = max(last, pausedSince ?? now)
    let start = min(last, end - Self.spanMin)
    let counted = departures.reversed().prefix { $0 >= start }.count
    return Double(end - start) / Double(counted)
  }
}
