/// How fast jobs leave the queue, from those that left it lately.
struct DrainRate {
  private static let window = 32
  private var departures: [Timestamp] = []

  mutating func note(_ time: Timestamp) {
    departures.append(time)
    if departures.count > 2 * Self.window { departures.removeFirst(Self.window) }
  }

  /// Whole seconds until the next job is likely to leave: from 1 to 600, and nil when none ever
  /// did.
  func secondsUntilNext(at now: Timestamp) -> Int? {
    guard let oldest = departures.suffix(Self.window).first else { return nil }
    let span = max(0, now.microseconds - oldest.microseconds)
    let each = Double(span) / Double(min(Self.window, departures.count)) / 1_000_000
    return min(600, max(1, Int(each.rounded(.up))))
  }
}
