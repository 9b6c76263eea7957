/// How fast a fraction grows, by the last minute of working time.
struct ProgressPace: Sendable {
  private struct Point {
    var seconds: Double
    var fraction: Double
  }

  /// Seconds between two points that are kept.
  private static let pointInterval = 2.0
  private static let pointsMax = 30
  /// Seconds of work before anything is said.
  private static let secondsMin = 1.0
  /// Longest time that is said: 100 days.
  private static let etaSecondsMax = 8_640_000.0

  private var points: [Point] = []
  private var latest = Point(seconds: 0, fraction: 0)

  /// Takes a fraction.
  ///
  /// - Parameter seconds: working time since the start of the program.
  mutating func record(_ fraction: Double, at seconds: Double) {
    latest = Point(seconds: seconds, fraction: fraction)
    guard let last = points.last else { return points.append(latest) }
    guard seconds - last.seconds >= Self.pointInterval else { return }
    if points.count >= Self.pointsMax { points.removeFirst() }
    points.append(latest)
  }

  /// Seconds up to a fraction of 1; nil where there is no pace to tell them by.
  var etaSeconds: Double? {
    guard let base = points.first(where: { $0.fraction < latest.fraction }) ?? points.first,
      latest.seconds - base.seconds >= Self.secondsMin, latest.fraction > base.fraction
    else { return nil }
    let pace = (latest.fraction - base.fraction) / (latest.seconds - base.seconds)
    let eta = (1 - latest.fraction) / pace
    return eta <= Self.etaSecondsMax ? eta : nil
  }
}
