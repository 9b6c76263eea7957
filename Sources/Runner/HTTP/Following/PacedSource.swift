/// A source of unknown length that tells how much it made, so that the time that its client has for
/// the response grows with it: it must be read as fast as one whose length was said.
struct PacedSource: FollowSource {
  private var source: any FollowSource
  private let onBytes: @Sendable (Int) -> Void

  /// - Parameter onBytes: called with the number of bytes of each piece, from the thread that
  ///   reads.
  init(_ source: any FollowSource, onBytes: @escaping @Sendable (Int) -> Void) {
    self.source = source
    self.onBytes = onBytes
  }

  mutating func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
    let step = source.next(bytesMax: bytesMax, isHeartbeatDue: isHeartbeatDue)
    if case .bytes(let bytes) = step { onBytes(bytes.count) }
    return step
  }
}
