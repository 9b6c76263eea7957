import Glibc

/// Whether the client of a followed answer is still there and takes what is due to it. One look at
/// its socket each tick of the watchdog: an answer without an end has no deadline.
struct FollowWatch: Sendable {
  let follower: Follower
  private let idleTime: Duration
  /// The most bytes that the client is known to have taken.
  private var takenBytes = Int.min
  /// When it took something, or nothing was due to it.
  private var lastMoved = ContinuousClock.now

  /// Seconds until the kernel asks a silent client whether it is there, between two such questions,
  /// and questions until it gives up.
  private static let keepAlive: [(CInt, CInt)] = [
    (TCP_KEEPIDLE, 30), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 3),
  ]
  /// POLLRDHUP of poll(2), which Glibc shows with _GNU_SOURCE only.
  private static let hungUp: Int16 = 0x2000

  init(_ follower: Follower, on descriptor: CInt, idleTime: Duration) {
    self.follower = follower
    self.idleTime = idleTime
    // A client that lost its power says nothing, and nothing may be due to it for hours.
    Self.set(SO_KEEPALIVE, SOL_SOCKET, 1, on: descriptor)
    for (option, value) in Self.keepAlive {
      Self.set(option, CInt(IPPROTO_TCP), value, on: descriptor)
    }
  }

  /// A socket that is none of TCP's has no such options, and needs none: its client cannot vanish.
  private static func set(_ option: CInt, _ level: CInt, _ value: CInt, on descriptor: CInt) {
    var value = value
    // SAFETY: setsockopt(2) reads one number of the size that it is told.
    _ = unsafe setsockopt(
      descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
  }

  /// - Returns: whether the client left, or took nothing for too long.
  mutating func isOver(_ descriptor: CInt, at now: ContinuousClock.Instant) -> Bool {
    follower.beat(at: now)
    if Self.hasLeft(descriptor) { return true }
    guard isStuck(descriptor, at: now) else { return false }
    Self.discard(descriptor)
    return true
  }

  /// What the client did not take goes when the connection is closed: the kernel would offer it for
  /// minutes.
  private static func discard(_ descriptor: CInt) {
    var lingering = linger(l_onoff: 1, l_linger: 0)
    // SAFETY: setsockopt(2) reads one structure of the size that it is told.
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
  }

  /// Also true of a client that only stopped sending: it cannot be told from one that closed.
  private static func hasLeft(_ descriptor: CInt) -> Bool {
    var entry = pollfd(fd: descriptor, events: hungUp, revents: 0)
    // SAFETY: poll(2) writes to the one entry that it is told of.
    return unsafe poll(&entry, 1, 0) > 0 && entry.revents != 0
  }

  /// What the kernel has not sent yet, or the client's kernel has not acknowledged, is not taken.
  private mutating func isStuck(_ descriptor: CInt, at now: ContinuousClock.Instant) -> Bool {
    let (handedBytes, isAsleep) = follower.standing
    var unsent: CInt = 0
    // SAFETY: TIOCOUTQ of tcp(7) writes one number.
    _ = unsafe ioctl(descriptor, UInt(TIOCOUTQ), &unsent)
    let taken = handedBytes - Int(unsent)
    if taken > takenBytes || (isAsleep && unsent == 0) { lastMoved = now }
    takenBytes = max(taken, takenBytes)
    return now - lastMoved >= idleTime
  }
}
