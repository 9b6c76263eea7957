/// Where an answer comes from whose end is not known yet. Asked by libmicrohttpd's thread alone.
protocol FollowSource: Sendable {
  /// What comes next. A source that says `wait` rings its follower once there is more.
  ///
  /// - Parameters:
  ///   - bytesMax: about as much as the connection takes at once.
  ///   - isBeatDue: the client has not heard anything for a while.
  mutating func next(bytesMax: Int, isBeatDue: Bool) -> FollowStep
}

/// One step of a `FollowSource`.
enum FollowStep: Sendable {
  /// Never empty.
  case bytes(ArraySlice<UInt8>)
  /// Nothing is there yet.
  case wait
  /// That was all.
  case end
  /// There is more, but it cannot be had: the client must not take this for the end.
  case broken
}
