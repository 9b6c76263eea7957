/// The port to time: what the calendar says, how long things take, and waiting. The core has no
/// clock of its own, so its tests need not wait.
package protocol WallClock: Sendable {
  /// What the calendar says. Somebody may set it, forward and back.
  func now() -> Timestamp

  /// Microseconds since some moment before the start. It never goes back, and nobody can set it.
  func uptime() -> Int64

  /// Returns after `duration` by `uptime`, or earlier when the task is cancelled.
  func sleep(for duration: Duration) async
}
