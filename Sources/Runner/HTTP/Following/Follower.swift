import Synchronization

/// A streamed body, sent as its source produces it, until the source ends. Its connection is
/// suspended while there is nothing to send; what is not sent yet stays in the job's own output,
/// which is the backpressure.
///
/// `read` and `close` are called on libmicrohttpd's thread, all else from any.
final class Follower: Sendable {
  /// The result of one read.
  enum Outcome: Equatable, Sendable {
    case bytes(Int)
    /// The connection is suspended; it is resumed when there is more.
    case suspended
    case ended
    case broken
  }

  /// How its connection is suspended and resumed: MHD_suspend_connection, MHD_resume_connection.
  struct Suspension: Sendable {
    let suspend: @Sendable () -> Void
    let resume: @Sendable () -> Void
  }

  private struct Outgoing {
    var source: (any FollowSource)?
    /// Bytes from the source that the connection has not taken yet.
    var unsent: ArraySlice<UInt8> = []
  }

  private struct State {
    var suspension: Suspension?
    /// `notify` was called since the source was read last.
    var hasPendingNotification = false
    var isSuspended = false
    /// Whether the follower is in the registry's queue of those to resume.
    var isQueued = false
    var isAborted = false
    var sentBytes = 0
    var lastSent = ContinuousClock.now
  }

  private let followers: FollowerRegistry
  private let heartbeatInterval: Duration?
  /// For a source that may put chunks into the socket itself; nil for others.
  private let chunks = Mutex<ChunkTransfer?>(nil)
  private let outgoing = Mutex(Outgoing())
  private let state = Mutex(State())

  /// - Parameter heartbeatInterval: silence after which a heartbeat is due; nil for a body that can
  ///   hold nothing but the job's bytes.
  init(_ followers: FollowerRegistry, heartbeatInterval: Duration?) {
    self.followers = followers
    self.heartbeatInterval = heartbeatInterval
  }

  /// Sets the source. Called before the response is given whose body the follower is.
  func begin(_ source: any FollowSource) {
    outgoing.withLock { $0.source = source }
  }

  /// A way past the library for the source that is to be set.
  func makeChunks() -> ChunkTransfer {
    let made = ChunkTransfer(
      within: followers.transferLimiter, onBytes: { [weak self] in self?.passed($0) },
      wake: { [weak self] in self?.notify() })
    chunks.withLock { $0 = made }
    return made
  }

  /// Sets the socket of a connection in the clear, whose answer is in chunks.
  func attach(_ socket: CInt, roomWaiter: @escaping TransferTarget.RoomWaiter) {
    chunks.withLock { $0 }?.attach(socket, roomWaiter: roomWaiter)
  }

  /// Sets how the connection is suspended and resumed.
  func attach(_ suspension: Suspension) {
    state.withLock { $0.suspension = suspension }
    followers.add(self)
  }

  /// Ends the follower: its connection reads no more.
  func close() {
    followers.remove(self)
    state.withLock { $0.suspension = nil }
    outgoing.withLock { $0 = Outgoing() }
  }

  /// Fills `buffer` from its start, or suspends the connection.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
    outgoing.withLock { outgoing in
      while outgoing.unsent.isEmpty {
        state.withLock { $0.hasPendingNotification = false }
        let isHeartbeatDue = isHeartbeatDue(at: .now)
        switch outgoing.source?.next(bytesMax: buffer.count, isHeartbeatDue: isHeartbeatDue) {
        case .bytes(let bytes): outgoing.unsent = bytes
        case .end: return .ended
        case .broken, nil: return .broken
        case .wait: if let outcome = suspend() { return outcome }
        }
      }
      let part = outgoing.unsent.prefix(buffer.count)
      // SAFETY: `part` has at most as many bytes as the buffer.
      unsafe buffer.copyBytes(from: part)
      outgoing.unsent = outgoing.unsent.dropFirst(part.count)
      if outgoing.unsent.isEmpty { outgoing.unsent = [] }
      state.withLock { state in
        state.sentBytes += part.count
        state.lastSent = .now
      }
      return .bytes(part.count)
    }
  }

  /// - Returns: nil if there may be more by now.
  private func suspend() -> Outcome? {
    guard followers.suspensionLimiter.acquire() else { return .broken }
    let outcome: Outcome? = state.withLock { state in
      guard !state.isAborted, let suspension = state.suspension else { return .broken }
      guard !state.hasPendingNotification else { return nil }
      state.isSuspended = true
      suspension.suspend()
      return .suspended
    }
    if outcome != .suspended { followers.suspensionLimiter.release() }
    return outcome
  }

  /// Resumes a suspended connection, on another thread, as there may be more to send.
  func notify() {
    let needsWake = state.withLock { state in
      state.hasPendingNotification = true
      guard state.isSuspended, !state.isQueued else { return false }
      state.isQueued = true
      return true
    }
    if needsWake { followers.scheduleWake(self) }
  }

  /// Resumes the connection if it is suspended.
  func wake() {
    let suspension: Suspension? = state.withLock { state in
      state.isQueued = false
      guard state.isSuspended else { return nil }
      state.isSuspended = false
      return state.suspension
    }
    guard let suspension else { return }
    // The library keeps a suspended connection until it is resumed, so it is still there.
    suspension.resume()
    followers.suspensionLimiter.release()
  }

  /// The connection is over; libmicrohttpd is to find out.
  func abort() {
    state.withLock { $0.isAborted = true }
    notify()
  }

  /// Whether a chunk that goes to the socket past the library takes too long.
  func isChunkLate(
    at now: ContinuousClock.Instant, idleTime: Duration, bytesPerSecondMin: Int
  ) -> Bool {
    chunks.withLock { $0 }?
      .isLate(at: now, idleTime: idleTime, bytesPerSecondMin: bytesPerSecondMin) ?? false
  }

  /// Counts bytes that went to the socket past the library.
  func passed(_ count: Int) {
    state.withLock { $0.sentBytes += count }
  }

  /// Notifies if nothing was sent for the heartbeat interval.
  func notifyIfHeartbeatDue(at now: ContinuousClock.Instant) {
    if isHeartbeatDue(at: now) { notify() }
  }

  private func isHeartbeatDue(at now: ContinuousClock.Instant) -> Bool {
    guard let heartbeatInterval else { return false }
    return state.withLock { now - $0.lastSent >= heartbeatInterval }
  }

  /// Bytes that libmicrohttpd or the socket has taken, and whether the connection is suspended.
  var progress: (sentBytes: Int, isSuspended: Bool) {
    state.withLock { ($0.sentBytes, $0.isSuspended) }
  }
}
