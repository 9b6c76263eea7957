import Synchronization

/// An answer that is sent as it comes into being, until its source ends. Its connection sleeps
/// while there is nothing, and whatever it has not read yet stays where it is: in the job's own
/// output.
///
/// `read` and `close` are called on libmicrohttpd's thread, all else from any.
final class Follower: Sendable {
  /// What became of a wish to send more.
  enum Outcome: Equatable, Sendable {
    case bytes(Int)
    /// The connection is suspended; it is resumed when there is more.
    case asleep
    case ended
    case broken
  }

  /// How libmicrohttpd is told to let a connection sleep, and to wake it.
  struct Sleep: Sendable {
    let suspend: @Sendable () -> Void
    let resume: @Sendable () -> Void
  }

  private struct Outgoing {
    var source: (any FollowSource)?
    /// What the source said and the connection has not taken.
    var rest: ArraySlice<UInt8> = []
  }

  private struct State {
    var sleep: Sleep?
    /// There may be more than when the source was asked last.
    var isRung = false
    var isAsleep = false
    /// It is in the queue of those that are to be woken.
    var isQueued = false
    var isCut = false
    var handedBytes = 0
    var lastHanded = ContinuousClock.now
  }

  private let followers: Followers
  private let beatTime: Duration?
  private let outgoing = Mutex(Outgoing())
  private let state = Mutex(State())

  /// - Parameter beatTime: how long the client may hear nothing; nil where nothing can be said that
  ///   is not in the source.
  init(_ followers: Followers, beatTime: Duration?) {
    self.followers = followers
    self.beatTime = beatTime
  }

  /// What it sends. Before the answer that it is the body of is given.
  func begin(_ source: any FollowSource) {
    outgoing.withLock { $0.source = source }
  }

  /// Its connection is known.
  func attach(_ sleep: Sleep) {
    state.withLock { $0.sleep = sleep }
    followers.add(self)
  }

  /// Its connection asks no more.
  func close() {
    followers.remove(self)
    state.withLock { $0.sleep = nil }
    outgoing.withLock { $0 = Outgoing() }
  }

  /// Fills `buffer` from its start, or puts the connection to sleep.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
    outgoing.withLock { outgoing in
      while outgoing.rest.isEmpty {
        state.withLock { $0.isRung = false }
        let isBeatDue = isBeatDue(at: .now)
        switch outgoing.source?.next(bytesMax: buffer.count, isBeatDue: isBeatDue) {
        case .bytes(let bytes): outgoing.rest = bytes
        case .end: return .ended
        case .broken, nil: return .broken
        case .wait: if let outcome = fallAsleep() { return outcome }
        }
      }
      let part = outgoing.rest.prefix(buffer.count)
      // SAFETY: `part` has at most as many bytes as the buffer.
      unsafe buffer.copyBytes(from: part)
      outgoing.rest = outgoing.rest.dropFirst(part.count)
      if outgoing.rest.isEmpty { outgoing.rest = [] }
      state.withLock { state in
        state.handedBytes += part.count
        state.lastHanded = .now
      }
      return .bytes(part.count)
    }
  }

  /// - Returns: nil if there may be more by now.
  private func fallAsleep() -> Outcome? {
    guard followers.gate.mayWait() else { return .broken }
    let outcome: Outcome? = state.withLock { state in
      guard !state.isCut, let sleep = state.sleep else { return .broken }
      guard !state.isRung else { return nil }
      state.isAsleep = true
      sleep.suspend()
      return .asleep
    }
    if outcome != .asleep { followers.gate.didWait() }
    return outcome
  }

  /// There may be more: costs whoever says so next to nothing, and wakes on another thread.
  func ring() {
    let isNews = state.withLock { state in
      state.isRung = true
      guard state.isAsleep, !state.isQueued else { return false }
      state.isQueued = true
      return true
    }
    if isNews { followers.wakeSoon(self) }
  }

  /// Resumes the connection if it sleeps.
  func wake() {
    let sleep: Sleep? = state.withLock { state in
      state.isQueued = false
      guard state.isAsleep else { return nil }
      state.isAsleep = false
      return state.sleep
    }
    guard let sleep else { return }
    // The library keeps a suspended connection until it is resumed, so it is still there.
    sleep.resume()
    followers.gate.didWait()
  }

  /// The connection is over; libmicrohttpd is to find out.
  func cut() {
    state.withLock { $0.isCut = true }
    ring()
  }

  /// Rings if the client has not heard anything for too long.
  func beat(at now: ContinuousClock.Instant) {
    if isBeatDue(at: now) { ring() }
  }

  private func isBeatDue(at now: ContinuousClock.Instant) -> Bool {
    guard let beatTime else { return false }
    return state.withLock { now - $0.lastHanded >= beatTime }
  }

  /// Bytes that libmicrohttpd took, and whether it waits for more of them.
  var standing: (handedBytes: Int, isAsleep: Bool) {
    state.withLock { ($0.handedBytes, $0.isAsleep) }
  }
}
