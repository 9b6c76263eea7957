/// What a stream has that its file has not: bytes that are being written, and bytes that wait for
/// that. One write is under way at any time.
struct OutputBacklog {
  /// One write.
  struct Batch: Sendable {
    let bytes: [UInt8]
    let file: any OutputFile
    /// Whether this is the first one, with the bytes that stood in memory before there was a file.
    let isMove: Bool
  }

  /// Bytes that may be unwritten before the writer of the stream is to pause: with the piece that
  /// reaches it at most 320 KiB a stream, and 512 KiB for 32 streams whose pipes are enlarged. It
  /// pauses before that where one write is under way and
  /// the next one has begun to gather: what comes meanwhile gathers in the pipe, and is read in one
  /// piece by the thread that ends the write.
  static let bytesMax = 256 << 10

  /// The file that the memory's bytes are being moved to; nil before and after.
  private(set) var target: (any OutputFile)?
  /// The piece that did not fit into memory, which is moved with those bytes.
  private var moving: [UInt8] = []
  private var waiting: [UInt8] = []
  private var bytesInFlight = 0
  private var isWriting = false
  /// Called once there is room again.
  private var whenRoom: (@Sendable () -> Void)?

  /// Bytes that came and are not in the file, without those that are moved from memory.
  var unwrittenBytes: Int { moving.count + waiting.count + bytesInFlight }

  /// Whether anything is under way.
  var isBusy: Bool { isWriting || target != nil || !waiting.isEmpty }

  mutating func append(_ bytes: ArraySlice<UInt8>) { waiting.append(contentsOf: bytes) }

  /// - Returns: false where the writer of the stream is to pause until `whenRoom` is called.
  mutating func hasFreeSlot(orCall whenRoom: (@Sendable () -> Void)?) -> Bool {
    let isAhead = bytesInFlight > 0 && !waiting.isEmpty
    guard let whenRoom, isAhead || unwrittenBytes >= Self.bytesMax else { return true }
    self.whenRoom = whenRoom
    return false
  }

  /// The action for the writer, where there is room again; nil otherwise.
  mutating func popWhenRoom() -> (@Sendable () -> Void)? {
    unwrittenBytes <= Self.bytesMax / 2 ? whenRoom.take() : nil
  }

  /// The bytes of memory and the piece behind them go to `file`, and what comes from now on after
  /// them.
  mutating func startMove(
    of memory: [UInt8], and piece: ArraySlice<UInt8>, to file: any OutputFile
  ) -> Batch {
    target = file
    isWriting = true
    moving = Array(piece)
    return Batch(bytes: memory + piece, file: file, isMove: true)
  }

  /// Begins the next write, of all waiting bytes; nil during a write, or without waiting bytes.
  mutating func startWrite(to file: any OutputFile) -> Batch? {
    guard !isWriting, !waiting.isEmpty else { return nil }
    isWriting = true
    bytesInFlight = waiting.count
    defer { waiting = [] }
    return Batch(bytes: waiting, file: file, isMove: false)
  }

  mutating func endWrite() {
    isWriting = false
    bytesInFlight = 0
  }

  /// The memory's bytes are in the file, or are to stay where they are.
  ///
  /// - Returns: the size of the piece that was moved with them.
  @discardableResult
  mutating func endMove() -> Int {
    defer { moving = [] }
    isWriting = false
    target = nil
    return moving.count
  }

  /// The file does not take the memory's bytes: what came since is to be taken into memory too.
  ///
  /// - Returns: empty where there is nothing more; the move is over then.
  mutating func reclaim() -> [UInt8] {
    let bytes = moving + waiting
    (moving, waiting) = ([], [])
    if bytes.isEmpty { endMove() }
    return bytes
  }

  /// The disk takes no more.
  mutating func drop() { waiting = [] }
}
