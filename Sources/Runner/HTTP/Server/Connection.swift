import Glibc
import RunnerAccess
import RunnerCore
import Synchronization
import SystemBase

/// One connection of TCP or of a unix socket, as its deadlines see it.
///
/// The descriptor belongs to libmicrohttpd, which closes it right after it said that the connection
/// is over. It is used under this object's lock only, and `closed()` takes the same lock: so no
/// thread can write to a descriptor number that was reused for another connection.
final class Connection: Sendable {
  /// Phase of the current request, which decides the deadline.
  enum Phase: Sendable {
    /// The head of a request is being read.
    case head
    /// The body of a request is being read.
    case body
    /// The response is being made.
    case waiting
    /// The response is being sent.
    case answering
    /// A streamed response of unknown length is being sent.
    case following
    /// The last answer is sent; the next request has not begun.
    case idle
    /// Shut down; libmicrohttpd has not noticed yet.
    case aborted
  }

  private struct State {
    /// nil once libmicrohttpd is about to close it.
    var descriptor: CInt?
    var phase: Phase
    var deadline: ContinuousClock.Instant?
    var lingers = false
    /// The line of the present request is there.
    var hasRequest = false
    /// Id of the present request; nil until its head is there.
    var requestID: RequestID?
    /// In the phase `following` in place of a deadline, and beside that of a transfer.
    var stallDetector: StallDetector?
    /// Called once when time is up: a suspended connection does not notice it by itself.
    var onExpired: (@Sendable () -> Void)?
  }

  let address: PeerAddress
  /// Where the library has it: a number, since pointers are not Sendable. 0 for none.
  let handle: UInt
  /// Which listener it came in by.
  let listener: Int
  /// How its callers are known.
  private let methods: Set<AuthenticationMethod>
  private let peer: Mutex<ConnectionIdentity>
  /// Whether its bytes go through a TLS session.
  let isEncrypted: Bool
  private let writer: any ConnectionWriter
  private let state: Mutex<State>

  /// - Parameter headTime: how long the first request's head may take, from now.
  init(
    descriptor: CInt, headTime: Duration, handle: UInt = 0, listener: Int = 0,
    methods: Set<AuthenticationMethod> = [.none], peer: ConnectionIdentity? = nil,
    writer: any ConnectionWriter = PlainConnectionWriter()
  ) {
    self.handle = handle
    self.listener = listener
    self.methods = methods
    self.isEncrypted = peer != nil
    self.peer = Mutex(peer ?? ConnectionIdentity(of: descriptor))
    self.writer = writer
    self.address = PeerAddress(of: descriptor)
    self.state = Mutex(
      State(descriptor: descriptor, phase: .head, deadline: .now + headTime))
  }

  /// What the connection says of its client now. Asked on the thread of the library.
  private func evidence() -> PeerEvidence { peer.withLock { $0.currentEvidence(at: .now) } }

  /// Where its requests come from.
  var source: RequestSource {
    RequestSource(address: address, methods: methods, isEncrypted: isEncrypted) { [self] in
      evidence()
    }
  }

  /// Phase of the present request.
  var phase: Phase { state.withLock(\.phase) }

  /// The request line is there. The first request's time runs from the connection on.
  func requestBegan(within headTime: Duration) {
    state.withLock { state in
      state.hasRequest = true
      state.requestID = nil
      guard state.phase == .idle else { return }
      state.phase = .head
      state.deadline = .now + headTime
    }
  }

  /// The head of the present request is there, and names it.
  func requestIdentified(as id: RequestID) {
    state.withLock { $0.requestID = id }
  }

  /// Id of the present request: a new one where its head is not there.
  var requestID: RequestID { state.withLock { $0.requestID ?? .next() } }

  /// - Parameters:
  ///   - time: how long the phase may last; nil for ever.
  ///   - follower: what the answer is read from, if it may have the connection suspended.
  ///   - stallTime: how long the client may take nothing of it; nil: the library sees to that.
  /// - Returns: false if the connection is cut.
  func enter(
    _ phase: Phase, for time: Duration?, with follower: Follower? = nil, stallTime: Duration? = nil
  ) -> Bool {
    state.withLock { state in
      guard state.phase != .aborted else { return false }
      state.phase = phase
      if phase == .idle { state.hasRequest = false }
      state.deadline = time.map { .now + $0 }
      state.stallDetector = nil
      if let follower, let stallTime, let descriptor = state.descriptor {
        state.stallDetector = StallDetector(
          follower, on: descriptor, idleTime: stallTime, bytesPerSecondMin: 1)
      }
      if let follower { state.onExpired = { follower.abort() } } else { state.onExpired = nil }
      return true
    }
  }

  /// Extends the deadline of the response that is being sent by `time`.
  func extend(by time: Duration) {
    state.withLock { state in
      guard state.phase == .answering, let deadline = state.deadline else { return }
      state.deadline = deadline + time
    }
  }

  /// Sets what is called if the time of the present phase runs out; at once if it has.
  func whenExpired(_ body: @escaping @Sendable () -> Void) {
    let isAborted = state.withLock { state in
      if state.phase != .aborted { state.onExpired = body }
      return state.phase == .aborted
    }
    if isAborted { body() }
  }

  /// An answer is being sent that lasts as long as its client is there and takes it.
  ///
  /// - Returns: false if the connection is cut.
  func follow(with follower: Follower, _ settings: HTTPSettings) -> Bool {
    state.withLock { state in
      guard state.phase != .aborted, let descriptor = state.descriptor else { return false }
      state.phase = .following
      state.deadline = nil
      state.onExpired = nil
      state.stallDetector = StallDetector(
        follower, on: descriptor, idleTime: settings.idleTime,
        bytesPerSecondMin: settings.responseBytesPerSecondMin)
      return true
    }
  }

  /// What the client still sends when it is over is read and thrown away for a while: closing on
  /// unread bytes would make the kernel send a reset, which can destroy the answer on its way.
  func lingerAtEnd() {
    state.withLock { $0.lingers = true }
  }

  /// Sends a last message in the middle of a request and shuts the sending side down (TCP
  /// half-close). Called on libmicrohttpd's thread, which must drop the connection next.
  func halfClose(with message: [UInt8]) {
    state.withLock { state in
      state.lingers = true
      end(&state, message, CInt(SHUT_WR))
    }
  }

  /// Ends the connection from any thread, with a last message if there is room for it.
  func abort(with message: [UInt8]) {
    state.withLock { end(&$0, message, CInt(SHUT_RDWR)) }
  }

  /// Ends the connection if its time is up.
  ///
  /// - Parameter message: makes the response to a request that did not arrive in time (408), by its
  ///   id, and whether there was any. Called under the connection's lock.
  func expire(at now: ContinuousClock.Instant, message: (RequestID, Bool) -> [UInt8]) {
    let notify = state.withLock { state -> (@Sendable () -> Void)? in
      if state.phase == .following {
        // A suspended connection must be resumed by its follower before it can be closed.
        guard let follower = expireFollowing(&state, at: now) else { return nil }
        return { follower.abort() }
      }
      let isOver = state.deadline.map { $0 <= now } ?? false
      guard takesNothing(&state, at: now) || isOver else { return nil }
      switch state.phase {
      case .head, .body:
        let message = message(state.requestID ?? .next(), state.hasRequest)
        end(&state, message, CInt(SHUT_RDWR))
      case .waiting, .answering, .idle: end(&state, [], CInt(SHUT_RDWR))
      case .following, .aborted: break
      }
      return state.onExpired.take()
    }
    notify?()
  }

  /// Whether the client takes nothing of a file that goes to its socket past the library.
  private func takesNothing(_ state: inout State, at now: ContinuousClock.Instant) -> Bool {
    guard state.phase == .answering, let descriptor = state.descriptor else { return false }
    guard state.stallDetector?.takesNothing(descriptor, at: now) == true else { return false }
    // What it did not take is discarded with the last descriptor.
    state.lingers = false
    return true
  }

  /// - Returns: the follower to abort; nil while its client reads.
  private func expireFollowing(
    _ state: inout State, at now: ContinuousClock.Instant
  ) -> Follower? {
    guard let descriptor = state.descriptor,
      state.stallDetector?.hasGoneOrStalled(descriptor, at: now) == true
    else {
      return nil
    }
    defer { state.stallDetector = nil }
    end(&state, [], CInt(SHUT_RDWR))
    return state.stallDetector?.follower
  }

  /// libmicrohttpd is about to close the descriptor.
  ///
  /// - Returns: a duplicate to linger on, if the client may still be sending.
  func closed() -> SharedDescriptor? {
    state.withLock { state in
      guard let descriptor = state.descriptor.take(), state.lingers else { return nil }
      let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
      return copy >= 0 ? SharedDescriptor(adopting: copy) : nil
    }
  }

  /// - Parameter direction: `SHUT_RDWR` wakes libmicrohttpd, which then lets go of the connection;
  ///   after `SHUT_WR` there can be lingering.
  private func end(_ state: inout State, _ message: [UInt8], _ direction: CInt) {
    guard let descriptor = state.descriptor, state.phase != .aborted else { return }
    state.phase = .aborted
    state.deadline = nil
    if !message.isEmpty { writer.write(message, to: descriptor) }
    _ = shutdown(descriptor, direction)
  }
}
