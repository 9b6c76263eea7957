import Glibc

/// Detects a client of a streamed response that disconnected or stalled (reads nothing). Its socket
/// is checked at each tick of the watchdog: a response of unknown length has no deadline, and that
/// of a long file is days away.
struct StallDetector: Sendable {
  let follower: Follower
  private let idleTime: Duration
  private let bytesPerSecondMin: Int
  /// The most bytes that the client is known to have acknowledged.
  private var acknowledgedBytes = Int.min
  /// When it last acknowledged bytes, or none were outstanding.
  private var lastProgress = ContinuousClock.now

  /// TCP keepalive (tcp(7)): idle seconds before the first probe, seconds between probes, and
  /// unanswered probes until the connection is dropped.
  private static let keepAlive: [(CInt, CInt)] = [
    (TCP_KEEPIDLE, 30), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 3),
  ]
  /// POLLRDHUP of poll(2), which Glibc shows with _GNU_SOURCE only.
  private static let pollReadHangup: Int16 = 0x2000

  /// - Parameters:
  ///   - idleTime: how long the client may acknowledge nothing.
  ///   - bytesPerSecondMin: of one chunk that goes past the library, once `idleTime` has passed.
  init(
    _ follower: Follower, on descriptor: CInt, idleTime: Duration, bytesPerSecondMin: Int
  ) {
    self.follower = follower
    self.idleTime = idleTime
    self.bytesPerSecondMin = bytesPerSecondMin
    // A client that lost its power sends no FIN, and no output may be due for hours.
    Self.set(SO_KEEPALIVE, SOL_SOCKET, 1, on: descriptor)
    for (option, value) in Self.keepAlive {
      Self.set(option, CInt(IPPROTO_TCP), value, on: descriptor)
    }
  }

  /// A socket that is none of TCP's has no such options, and needs none: its client cannot vanish.
  private static func set(_ option: CInt, _ level: CInt, _ value: CInt, on descriptor: CInt) {
    var value = value
    // SAFETY: setsockopt(2) reads one number, and gets its size.
    _ = unsafe setsockopt(
      descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
  }

  /// - Returns: whether the client disconnected, acknowledged nothing for `idleTime`, or takes a
  ///   chunk too slowly that holds a place among the transfers.
  mutating func hasGoneOrStalled(_ descriptor: CInt, at now: ContinuousClock.Instant) -> Bool {
    follower.notifyIfHeartbeatDue(at: now)
    if Self.hasDisconnected(descriptor) || takesNothing(descriptor, at: now) { return true }
    let isLate = follower.isChunkLate(
      at: now, idleTime: idleTime, bytesPerSecondMin: bytesPerSecondMin)
    if isLate { Self.discard(descriptor) }
    return isLate
  }

  /// - Returns: whether the client acknowledged nothing for `idleTime`. One that half-closed its
  ///   connection is served on.
  mutating func takesNothing(_ descriptor: CInt, at now: ContinuousClock.Instant) -> Bool {
    guard hasStalled(descriptor, at: now) else { return false }
    Self.discard(descriptor)
    return true
  }

  /// What the client did not take goes when the connection is closed: the kernel would offer it for
  /// minutes.
  private static func discard(_ descriptor: CInt) {
    var lingering = linger(l_onoff: 1, l_linger: 0)
    // SAFETY: setsockopt(2) reads one structure, and gets its size.
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
  }

  /// Also true of a client that only half-closed: the kernel reports both alike (POLLRDHUP).
  private static func hasDisconnected(_ descriptor: CInt) -> Bool {
    var entry = pollfd(fd: descriptor, events: pollReadHangup, revents: 0)
    // SAFETY: poll(2) writes to one entry, and gets a count of one.
    return unsafe poll(&entry, 1, 0) > 0 && entry.revents != 0
  }

  /// Bytes still in the send queue (TIOCOUTQ) are not acknowledged by the client's kernel.
  private mutating func hasStalled(_ descriptor: CInt, at now: ContinuousClock.Instant) -> Bool {
    let (sentBytes, isSuspended) = follower.progress
    var unsent: CInt = 0
    // SAFETY: TIOCOUTQ of tcp(7) writes one number.
    let answer = unsafe ioctl(descriptor, UInt(TIOCOUTQ), &unsent)
    assert(answer == 0, "TIOCOUTQ: the filter of the service has to allow it")
    let acknowledged = sentBytes - Int(unsent)
    if acknowledged > acknowledgedBytes || (isSuspended && unsent == 0) { lastProgress = now }
    acknowledgedBytes = max(acknowledged, acknowledgedBytes)
    return now - lastProgress >= idleTime
  }
}
