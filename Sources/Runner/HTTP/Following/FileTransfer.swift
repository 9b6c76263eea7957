import RunnerCore
import Synchronization

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
    var target: TransferTarget?
    var hasBegun = false
    var outcome = FollowStep.wait
  }

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
  ///   - roomWaiter: waits for room in its buffer.
  func attach(_ socket: CInt, roomWaiter: @escaping TransferTarget.RoomWaiter) {
    let target = TransferTarget(duplicating: socket, roomWaiter: roomWaiter)
    state.withLock { state in
      state.target = target
      if target == nil { state.outcome = .broken }
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
    file.transfer(
      at: UInt64(range.lowerBound), count: min(Self.pieceBytes, range.count), to: target.fd
    ) { [self] step in
      switch step {
      case .sent(let count): sent(count)
      case .full: if !target.awaitRoom(then: { [self] in sendPiece() }) { end(.broken) }
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
