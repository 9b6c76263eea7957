/// The port to time: what the calendar says, and waiting. The core has no clock of its own, so its
/// tests need not wait.
package protocol WallClock: Sendable {
  func now() -> Timestamp

  /// Returns after `duration`, or earlier when the task is cancelled.
  func sleep(for duration: Duration) async
}
