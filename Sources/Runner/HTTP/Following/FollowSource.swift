/// Where an answer comes from that is not all there yet. Asked by libmicrohttpd's thread alone, so
/// it waits for nothing.
protocol FollowSource: Sendable {
  /// What comes next. A source that returns `wait` notifies its follower once there is more.
  ///
  /// - Parameters:
  ///   - bytesMax: about as much as the connection takes at once.
  ///   - isHeartbeatDue: nothing was sent for the heartbeat interval.
  mutating func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep
}

/// One step of a `FollowSource`.
enum FollowStep: Sendable {
  /// Never empty.
  case bytes(ArraySlice<UInt8>)
  /// There are no bytes yet.
  case wait
  /// The source is at its end.
  case end
  /// Further bytes cannot be read: the client must not take this for the end.
  case broken
}
