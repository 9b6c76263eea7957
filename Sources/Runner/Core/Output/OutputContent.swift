/// State of a `CapturedOutput`, guarded by its lock.
struct OutputContent {
  /// Bytes of a full chunk: the capacity of a pipe, so that one read fits. All chunks but the last
  /// are exactly as large, so that an offset is found by division.
  static let chunkBytes = 64 << 10
  private static let chunkBytesFirst = 256

  private var chunks: [OutputChunk] = []
  private var tail: [UInt8] = []
  private var tailCharge = 0
  private var keptBytes = 0
  private var totalBytes: UInt64 = 0
  private var isClosed = false
  private var isFinished = false
  private var isEvicted = false
  private var isEnding = false
  private var wasSpillTried = false
  private var waiters: [UInt64: OutputWaiter] = [:]
  /// Waiters that only the end of the stream can wake.
  private var endWaiters: [UInt64: OutputWaiter] = [:]
  private(set) var file: (any OutputFile)?
  private var backlog = OutputBacklog()
  /// Actions to call once no byte is on its way to the file any more.
  private var finishers: [@Sendable () -> Void] = []

  /// Room for further bytes in memory.
  enum Capacity {
    case none
    /// Charge this much more first.
    case uncharged(Int)
    /// This many bytes fit now.
    case charged(Int)
  }

  func capacity(bytesMax: Int, wanted: Int) -> Capacity {
    let allowed = min(wanted, bytesMax - keptBytes)
    guard !isClosed, allowed > 0 else { return .none }
    let free = tailCharge - tail.count
    if free > 0 { return .charged(min(free, allowed)) }
    var goal = max(Self.chunkBytesFirst, tailCharge * 2)
    while goal < tail.count + allowed, goal < Self.chunkBytes { goal *= 2 }
    return .uncharged(goal - tailCharge)
  }

  /// - Returns: what of a granted charge could not be used and must be refunded.
  mutating func grow(by charge: Int, granted: Bool) -> Int {
    guard granted else {
      isClosed = true
      return 0
    }
    guard !isClosed else { return charge }
    tailCharge += charge
    tail.reserveCapacity(tailCharge)
    return 0
  }

  mutating func append(_ piece: ArraySlice<UInt8>, budget: OutputBudget) {
    totalBytes += UInt64(piece.count)
    guard !isClosed else { return }
    tail.append(contentsOf: piece)
    keptBytes += piece.count
    if tail.count >= Self.chunkBytes {
      chunks.append(OutputChunk(tail, budget: budget, charge: tailCharge))
      tail = []
      tailCharge = 0
    }
  }

  mutating func recordDropped(_ dropped: Int) {
    totalBytes += UInt64(dropped)
  }

  /// What the job wrote, as far as it is known what became of it.
  private var settledBytes: UInt64 {
    backlog.unwrittenBytes > 0 ? UInt64(keptBytes) : totalBytes
  }

  func snapshot() -> CapturedBytes {
    if let file { return CapturedBytes(file: file, keptBytes: keptBytes, totalBytes: settledBytes) }
    return CapturedBytes(
      chunks: chunks, tail: tail, keptBytes: keptBytes, totalBytes: settledBytes,
      isEvicted: isEvicted)
  }

  /// No more bytes come.
  ///
  /// - Returns: false while some are on their way to the file; `done` is kept until they are there.
  mutating func end(then done: @escaping @Sendable () -> Void) -> Bool {
    isEnding = true
    guard backlog.isBusy else { return true }
    finishers.append(done)
    return false
  }

  /// Removes and returns the finishers, once no byte is on its way to the file any more.
  mutating func takeFinishers() -> [@Sendable () -> Void] {
    guard isEnding, !backlog.isBusy else { return [] }
    defer { finishers = [] }
    return finishers
  }

  /// - Returns: a charge that no chunk took over.
  mutating func finish(budget: OutputBudget) -> Int {
    isClosed = true
    isFinished = true
    defer {
      tail = []
      tailCharge = 0
    }
    guard !tail.isEmpty else { return tailCharge }
    chunks.append(OutputChunk(tail, budget: budget, charge: tailCharge))
    return 0
  }

  /// - Returns: the charge of the unfinished chunk; finished chunks refund their own.
  mutating func evict() -> Int {
    defer {
      chunks = []
      tail = []
      tailCharge = 0
      isEvicted = isEvicted || (keptBytes > 0 && file == nil)
      if file == nil { keptBytes = 0 }
      isClosed = true
    }
    return tailCharge
  }
}

// For those who follow the stream.
extension OutputContent {
  /// What is at `offset`; without bytes where a file has them.
  func read(at offset: Int, bytesMax: Int) -> OutputSlice {
    OutputSlice(
      bytes: file == nil ? inMemory(at: offset, bytesMax: bytesMax) : [], file: file,
      keptBytes: keptBytes, totalBytes: settledBytes, isFinal: isFinal, isEvicted: isEvicted)
  }

  /// Nothing more will be kept: what was dropped once is followed by nothing, so that the stream
  /// has no hole.
  private var isFinal: Bool { isFinished || isEvicted || settledBytes > UInt64(keptBytes) }

  private func inMemory(at offset: Int, bytesMax: Int) -> ArraySlice<UInt8> {
    guard offset < keptBytes else { return [] }
    let index = offset / Self.chunkBytes
    guard index < chunks.count else {
      // A copy: a shared reference would make the writer copy the whole tail.
      return Array(tail[(offset - chunks.count * Self.chunkBytes)...].prefix(bytesMax))[...]
    }
    return chunks[index].bytes[(offset - index * Self.chunkBytes)...].prefix(bytesMax)
  }

  /// - Returns: whether the next append is to wake it.
  mutating func add(_ waiter: OutputWaiter) -> Bool {
    guard !isFinished else { return false }
    guard !isFinal else {
      endWaiters[waiter.id] = waiter
      return false
    }
    waiters[waiter.id] = waiter
    return true
  }

  mutating func removeWaiter(_ id: UInt64) {
    waiters[id] = nil
    endWaiters[id] = nil
  }

  mutating func drainWaiters(atEnd: Bool) -> [OutputWaiter] {
    let taken = Array(waiters.values) + (atEnd ? Array(endWaiters.values) : [])
    waiters = [:]
    if atEnd { endWaiters = [:] }
    return taken
  }
}

// On the way to a file.
extension OutputContent {
  /// Where bytes that came go.
  enum Route {
    case memory
    /// Memory has no room for them: name a file, and call `move(to:)`.
    case spill
    /// The bytes are in the backlog of the file.
    case file
  }

  /// - Parameter memoryBytesMax: bytes that stay in memory; nil where there are no files.
  mutating func route(_ bytes: ArraySlice<UInt8>, memoryBytesMax: Int?, bytesMax: Int) -> Route {
    guard !isEnding, !isFinished else {
      totalBytes += UInt64(bytes.count)
      return .file
    }
    guard file == nil, backlog.target == nil else {
      enqueue(bytes, bytesMax: bytesMax)
      return .file
    }
    guard let memoryBytesMax, !wasSpillTried, !isClosed,
      min(keptBytes + bytes.count, bytesMax) > memoryBytesMax
    else { return .memory }
    wasSpillTried = true
    return .spill
  }

  /// All that is kept goes to `file`, and `bytes` behind it.
  mutating func move(
    to file: any OutputFile, then bytes: ArraySlice<UInt8>, bytesMax: Int
  ) -> OutputBacklog.Batch {
    totalBytes += UInt64(bytes.count)
    return backlog.startMove(
      of: chunks.reduce(into: []) { $0 += $1.bytes } + tail,
      and: bytes.prefix(max(0, bytesMax - keptBytes)), to: file)
  }

  private mutating func enqueue(_ bytes: ArraySlice<UInt8>, bytesMax: Int) {
    totalBytes += UInt64(bytes.count)
    guard !isClosed else { return }
    backlog.append(bytes.prefix(max(0, bytesMax - keptBytes - backlog.unwrittenBytes)))
  }

  /// The next write; nil where there is none.
  mutating func nextBatch() -> OutputBacklog.Batch? {
    file.flatMap { backlog.startWrite(to: $0) }
  }

  /// - Returns: false where the writer is to pause until `whenRoom` is called.
  mutating func hasFreeSlot(orCall whenRoom: (@Sendable () -> Void)?) -> Bool {
    backlog.hasFreeSlot(orCall: whenRoom)
  }

  mutating func takeWhenRoom() -> (@Sendable () -> Void)? { backlog.takeWhenRoom() }

  /// All that was in memory is in the file.
  ///
  /// - Returns: the charge of the unfinished chunk.
  mutating func moved(to file: any OutputFile) -> Int {
    defer {
      chunks = []
      tail = []
      tailCharge = 0
    }
    self.file = file
    keptBytes += backlog.endMove()
    return tailCharge
  }

  /// The file does not take what is in memory.
  ///
  /// - Returns: what came since then and is to be taken into memory too; empty at its end.
  mutating func takeBack() -> [UInt8] {
    let bytes = backlog.takeBack()
    // They are counted when they are in memory.
    totalBytes -= UInt64(bytes.count)
    return bytes
  }

  /// A disk that took fewer bytes than there were gets no more, so that the stream has no hole.
  mutating func recordFileWrite(_ written: Int, of count: Int) {
    backlog.endWrite()
    keptBytes += written
    guard written < count else { return }
    isClosed = true
    backlog.drop()
  }
}
