import RunnerCore
import Synchronization

/// Parts of a followed output on their way from its file to the socket of a client that is behind,
/// past libmicrohttpd: each is one chunk of the answer (RFC 9112, section 7.1).
///
/// The library asks what comes next between two chunks of its own, with all of its bytes sent. A
/// chunk that is put into the socket while the connection is suspended then stands between them.
/// As in `FileTransfer`, a thread of the disk's sends piece after piece, and no thread waits for
/// the client.
final class ChunkTransfer: Sendable {
  /// What there is to say of the last chunk.
  enum Status: Hashable {
    /// There is none, or its end was told.
    case none
    case underWay
    /// It is in the socket, with so many bytes of the output.
    case sent(Int)
    /// It broke off: nothing can stand behind it.
    case broken
  }

  fileprivate struct Chunk {
    let file: any OutputFile
    /// Bytes of the file that are still to be sent.
    var range: Range<Int>
    /// Framing that is to be sent before them, or behind them.
    var framing: ArraySlice<UInt8>
    let byteCount: Int
    let target: TransferTarget
    let slot: TransferLimiter.Slot
    let begin = ContinuousClock.now
  }

  fileprivate struct State {
    /// The connection's own socket, and how to wait for room in its buffer.
    var socket: (CInt, TransferTarget.RoomWaiter)?
    var chunk: Chunk?
    var status = Status.none
  }

  /// A client that is less behind is served by the library, from memory where the bytes are new.
  static let bytesMin = 128 << 10
  /// Bytes of one chunk at most: between two of them it is seen what became of the job.
  private static let bytesMax = 8 << 20
  /// Bytes of a piece.
  private static let pieceBytes = 1 << 20
  fileprivate static let lineEnd = Array("\r\n".utf8)

  private let limiter: TransferLimiter
  private let onBytes: @Sendable (Int) -> Void
  private let wake: @Sendable () -> Void
  private let state = Mutex(State())

  /// - Parameters:
  ///   - onBytes: called from any thread with the number of bytes of each piece, when the socket
  ///     has taken it.
  ///   - wake: called from any thread when a chunk is sent, or broke off.
  init(
    within limiter: TransferLimiter, onBytes: @escaping @Sendable (Int) -> Void,
    wake: @escaping @Sendable () -> Void
  ) {
    self.limiter = limiter
    self.onBytes = onBytes
    self.wake = wake
  }

  /// Sets where chunks go to: the socket of a connection in the clear, whose answer is in chunks.
  /// Without it none begins.
  func attach(_ socket: CInt, roomWaiter: @escaping TransferTarget.RoomWaiter) {
    state.withLock { $0.socket = (socket, roomWaiter) }
  }

  /// What became of the last chunk; its end is told once. Called on libmicrohttpd's thread.
  func takeStatus() -> Status {
    state.withLock { state in
      defer { if case .sent = state.status { state.status = .none } }
      return state.status
    }
  }

  /// Begins a chunk with bytes of `file` from the start of `range`. Called on libmicrohttpd's
  /// thread, which asks for what comes next.
  ///
  /// - Returns: false where they are to be read instead.
  func begin(_ file: any OutputFile, _ range: Range<Int>) -> Bool {
    guard file.isTransferable, range.count >= Self.bytesMin,
      let (socket, roomWaiter) = state.withLock({ $0.socket }),
      let slot = limiter.acquire(most: TransferLimiter.chunksMax),
      let target = TransferTarget(duplicating: socket, roomWaiter: roomWaiter)
    else { return false }
    let range = range.prefix(Self.bytesMax)
    let size = Array("\(String(range.count, radix: 16))\r\n".utf8)
    state.withLock { state in
      state.chunk = Chunk(
        file: file, range: range, framing: size[...], byteCount: range.count, target: target,
        slot: slot)
      state.status = .underWay
    }
    goOn()
    return true
  }

  /// Whether the chunk under way takes longer than `idleTime` and its bytes at the lowest rate: it
  /// holds a place that others may have, however often its client takes a byte.
  func isLate(
    at now: ContinuousClock.Instant, idleTime: Duration, bytesPerSecondMin: Int
  ) -> Bool {
    state.withLock { state in
      guard let chunk = state.chunk else { return false }
      return now - chunk.begin >= idleTime + .seconds(chunk.byteCount / max(1, bytesPerSecondMin))
    }
  }

  private func goOn() {
    while let chunk = state.withLock({ $0.chunk }) {
      guard !chunk.framing.isEmpty else { return sendPiece(of: chunk) }
      switch chunk.target.send(chunk.framing, hasMore: !chunk.range.isEmpty) {
      case .sent(let count): state.withLock { $0.sentFraming(count) }
      case .full: return awaitRoom(chunk.target)
      case .failed: state.withLock { $0.end(.broken) }
      }
    }
    wake()
  }

  private func sendPiece(of chunk: Chunk) {
    // The closure does not keep the chunk, whose slot is free as soon as the chunk is over.
    let target = chunk.target
    chunk.file.transfer(
      at: UInt64(chunk.range.lowerBound), count: min(Self.pieceBytes, chunk.range.count),
      to: target.fd
    ) { [self] step in
      switch step {
      case .sent(let count):
        onBytes(count)
        state.withLock { $0.sent(count, lineEnd: Self.lineEnd) }
        goOn()
      case .full: awaitRoom(target)
      case .failed: fail()
      }
    }
  }

  private func awaitRoom(_ target: TransferTarget) {
    if !target.awaitRoom(then: { [self] in goOn() }) { fail() }
  }

  private func fail() {
    state.withLock { $0.end(.broken) }
    wake()
  }
}

extension ChunkTransfer.State {
  /// Framing was sent; that behind the bytes is the end of the chunk.
  fileprivate mutating func sentFraming(_ count: Int) {
    guard var chunk else { return }
    chunk.framing = chunk.framing.dropFirst(count)
    self.chunk = chunk
    if chunk.framing.isEmpty, chunk.range.isEmpty { end(.sent(chunk.byteCount)) }
  }

  fileprivate mutating func sent(_ count: Int, lineEnd: [UInt8]) {
    guard let range = chunk?.range else { return }
    chunk?.range = range.dropFirst(count)
    if range.count == count { chunk?.framing = lineEnd[...] }
  }

  fileprivate mutating func end(_ status: ChunkTransfer.Status) {
    chunk = nil
    self.status = status
  }
}
