/// The port to time: wall clock, monotonic clock and sleep. The core has no clock of its own, so
/// its tests need not wait.
package protocol WallClock: Sendable {
  /// Wall-clock time. It may be stepped forward and back.
  func now() -> Timestamp

  /// Monotonic time: microseconds since a moment before the start.
  func uptime() -> Int64

  /// Returns after `duration` by `uptime`, or earlier when the task is cancelled.
  func sleep(for duration: Duration) async
}
