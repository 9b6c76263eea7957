/// Hours of each day in which jobs of an entry may start. What runs when they are over runs on.
///
/// Where clocks are changed, each window opens once: one whose beginning is skipped opens when the
/// clocks skip it, one whose beginning comes twice opens at the first; ends are taken the same way.
/// A window that is skipped whole opens for its length when the clocks skip it.
package struct WindowSchedule: Hashable, Sendable {
  /// One window, in minutes since midnight by the clocks of the zone.
  package struct Window: Hashable, Sendable {
    /// When it opens, 0 to 1439.
    package let start: Int
    /// When it closes, 1 to 1440; up to `start` on the day after.
    package let end: Int

    /// A window from `start` to `end`, which differ.
    package init(start: Int, end: Int) {
      self.start = start
      self.end = end
    }
  }

  /// The windows, at least one.
  package let windows: [Window]
  /// The zone of their clocks.
  package let zone: TimeZoneRules

  /// Windows by the clocks of a zone.
  package init(_ windows: [Window], zone: TimeZoneRules) {
    self.windows = windows
    self.zone = zone
  }

  /// Whether jobs may start at a moment, and when that changes next.
  package func state(at time: Timestamp) -> (isOpen: Bool, until: Timestamp) {
    let now = time.microseconds.flooredSeconds
    let today = (now + Int64(zone.offset(at: now))).flooredDays
    var isOpen = false
    var until = Int64.max
    // A window lasts a day at most, and a change of the clocks less than another.
    for day in today - 2...today + 2 {
      for window in windows {
        let hours = hours(of: window, on: day)
        isOpen = isOpen || hours.contains(now)
        for moment in [hours.lowerBound, hours.upperBound] where moment > now {
          until = min(until, moment)
        }
      }
    }
    return (isOpen, Timestamp(microseconds: until * 1_000_000))
  }

  /// The moments in which a window that opens on a day is open.
  private func hours(of window: Window, on day: Int64) -> Range<Int64> {
    let start = day * 86_400 + Int64(window.start * 60)
    let minutes = (window.end - window.start + 1440) % 1440
    let length = Int64((minutes == 0 ? 1440 : minutes) * 60)
    let opening = zone.moment(ofLocal: start)
    let closing = zone.moment(ofLocal: start + length)
    return opening..<(closing > opening ? closing : opening + length)
  }
}

extension Int64 {
  /// Whole seconds of a number of microseconds, rounded down.
  fileprivate var flooredSeconds: Int64 { (self - (self < 0 ? 999_999 : 0)) / 1_000_000 }
  /// Whole days of a number of seconds, rounded down.
  fileprivate var flooredDays: Int64 { (self - (self < 0 ? 86_399 : 0)) / 86_400 }
}
