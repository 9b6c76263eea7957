import Glibc
import RunnerCore
import Synchronization
import SystemBase

/// A range of a file on its way to the socket of a client, past libmicrohttpd.
///
/// A thread of the disk's sends piece after piece, so that neither the disk nor the length of the
/// file keeps the thread that serves all connections. Between two pieces it does other work, and
/// while the buffer of the socket is full it does not wait. The connection is suspended meanwhile.
final class FileTransfer: FollowSource {
  private struct State {
    /// Bytes that are still to be sent.
    var range: Range<Int>
    /// The socket, with its place among those of the service; nil before and after.
    var target: Target?
    var hasBegun = false
    var outcome = FollowStep.wait
  }

  private struct Target: Sendable {
    /// A duplicate: the connection may be closed while a piece is under way.
    let socket: SharedDescriptor
    let awaitRoom: RoomWaiter
  }

  /// Calls its second argument once there is room in the buffer of a socket, or the socket is shut.
  /// False where the socket cannot be watched.
  typealias RoomWaiter = @Sendable (CInt, @escaping @Sendable () -> Void) -> Bool

  /// Bodies below this go through the library, which keeps their connections open.
  static let bytesMin = 1 << 20
  /// Bytes of a piece.
  private static let pieceBytes = 1 << 20

  private let file: any OutputFile
  private let slot: TransferLimiter.Slot
  private let onBytes: @Sendable (Int) -> Void
  private let wake: @Sendable () -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - slot: held as long as the transfer is.
  ///   - onBytes: called from any thread with the number of bytes of each piece, when the socket
  ///     has taken it.
  ///   - wake: called from any thread when all is sent, or nothing more can be.
  init(
    _ file: any OutputFile, _ range: Range<Int>, _ slot: TransferLimiter.Slot,
    onBytes: @escaping @Sendable (Int) -> Void, wake: @escaping @Sendable () -> Void
  ) {
    self.file = file
    self.slot = slot
    self.onBytes = onBytes
    self.wake = wake
    self.state = Mutex(State(range: range))
  }

  /// Sets where it goes to. Without a descriptor for it the answer breaks off.
  ///
  /// - Parameters:
  ///   - socket: that of the connection, which does not block.
  ///   - awaitRoom: waits for room in its buffer.
  func attach(_ socket: CInt, awaitRoom: @escaping RoomWaiter) {
    let copy = fcntl(socket, F_DUPFD_CLOEXEC, 0)
    state.withLock { state in
      guard copy >= 0 else { return state.outcome = .broken }
      state.target = Target(socket: SharedDescriptor(adopting: copy), awaitRoom: awaitRoom)
    }
  }

  /// Called once the head of the answer is sent: begins the transfer, and says how it ended.
  func next(bytesMax: Int, isHeartbeatDue: Bool) -> FollowStep {
    let (outcome, begins) = state.withLock { state in
      defer { state.hasBegun = true }
      return (state.outcome, !state.hasBegun)
    }
    if case .wait = outcome, begins { sendPiece() }
    return outcome
  }

  private func sendPiece() {
    let (range, target) = state.withLock { ($0.range, $0.target) }
    guard let target else { return }
    let socket = target.socket.fd
    file.transfer(
      at: UInt64(range.lowerBound), count: min(Self.pieceBytes, range.count), to: socket
    ) { [self] step in
      switch step {
      case .sent(let count): sent(count)
      case .full: if !target.awaitRoom(socket, { [self] in sendPiece() }) { end(.broken) }
      case .failed: end(.broken)
      }
    }
  }

  private func sent(_ count: Int) {
    onBytes(count)
    let isWhole = state.withLock { state in
      state.range = (state.range.lowerBound + count)..<state.range.upperBound
      return state.range.isEmpty
    }
    if isWhole { end(.end) } else { sendPiece() }
  }

  private func end(_ outcome: FollowStep) {
    state.withLock { state in
      state.outcome = outcome
      state.target = nil
    }
    wake()
  }
}
