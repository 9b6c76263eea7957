/// State of a `CapturedOutput`, guarded by its lock.
struct OutputContent {
  /// Bytes of a full chunk: the capacity of a pipe that was not enlarged, so that one read fits.
  /// All chunks but the last are exactly as large, so that an offset is found by division.
  static let chunkBytes = 64 << 10
  private static let chunkBytesFirst = 256

  private var chunks: [OutputChunk] = []
  private var tail: [UInt8] = []
  private var tailCharge = 0
  private var keptBytes = 0
  private(set) var totalBytes: UInt64 = 0
  private var isClosed = false
  private var isFinished = false
  private var isEvicted = false
  private var isEnding = false
  private var wasSpillTried = false
  /// The last bytes of those that did not fit; nil while all fit, and where there is no memory.
  private var recent: OutputTail?
  private var recentCharge = 0
  private var wasTailTried = false
  /// Of `keptBytes` those that stand behind the gap: 0 until the end.
  private var tailBytes = 0
  /// Bytes before the gap, once the end is on its way to the file.
  private var headBytes: Int?
  private var waiters: [UInt64: OutputWaiter] = [:]
  /// Waiters that only the end of the stream can wake.
  private var endWaiters: [UInt64: OutputWaiter] = [:]
  private(set) var file: (any OutputFile)?
  private var backlog = OutputBacklog()
  private var cache = OutputCache()
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
    if let file {
      return CapturedBytes(
        file: file, keptBytes: keptBytes, totalBytes: settledBytes, tailBytes: settledTailBytes)
    }
    return CapturedBytes(
      chunks: chunks, tail: tail, keptBytes: keptBytes, totalBytes: settledBytes,
      tailBytes: tailBytes, isEvicted: isEvicted)
  }

  /// No more bytes come.
  ///
  /// - Returns: false while some are on their way to the file; `done` is kept until they are there.
  mutating func end(then done: @escaping @Sendable () -> Void) -> Bool {
    isEnding = true
    if file != nil { moveTailToBacklog() }
    guard backlog.isBusy else { return true }
    finishers.append(done)
    return false
  }

  /// Removes and returns the finishers, once no byte is on its way to the file any more.
  mutating func drainFinishers() -> [@Sendable () -> Void] {
    guard isEnding, !backlog.isBusy else { return [] }
    defer { finishers = [] }
    return finishers
  }

  /// - Returns: a charge that no chunk took over.
  mutating func finish(budget: OutputBudget) -> Int {
    let unused = file == nil ? joinTail(budget: budget) : releaseTail()
    cache.close()
    isClosed = true
    isFinished = true
    defer {
      tail = []
      tailCharge = 0
    }
    guard !tail.isEmpty else { return unused + tailCharge }
    chunks.append(OutputChunk(tail, budget: budget, charge: tailCharge))
    return unused
  }

  /// - Returns: the charge of the unfinished chunk; finished chunks refund their own.
  mutating func evict() -> Int {
    defer {
      chunks = []
      tail = []
      tailCharge = 0
      cache.close()
      isEvicted = isEvicted || (keptBytes > 0 && file == nil)
      if file == nil { (keptBytes, tailBytes) = (0, 0) }
      isClosed = true
    }
    return tailCharge + releaseTail()
  }
}

// The end of a stream whose beginning met its limit.
extension OutputContent {
  /// Takes bytes that did not fit.
  ///
  /// - Returns: bytes to charge first, once a stream; nil where they are taken, or gone.
  mutating func keepRecent(_ bytes: ArraySlice<UInt8>, bytesMax: Int) -> Int? {
    guard !isEnding, !isFinished, !isEvicted, bytesMax > 0 else { return nil }
    guard wasTailTried else { return bytesMax }
    recent?.append(bytes)
    return nil
  }

  /// - Returns: what of a granted charge could not be used and must be refunded.
  mutating func openTail(bytesMax: Int, granted: Bool) -> Int {
    defer { wasTailTried = true }
    guard granted else { return 0 }
    guard !wasTailTried, !isEnding, !isFinished, !isEvicted else { return bytesMax }
    recent = OutputTail(bytesMax: bytesMax)
    recentCharge = bytesMax
    return 0
  }

  /// Forgets the last bytes.
  ///
  /// - Returns: their charge, to refund.
  private mutating func releaseTail() -> Int {
    defer {
      recent = nil
      recentCharge = 0
    }
    return recentCharge
  }

  /// Bytes between what is kept from the start and the last ones.
  private func gapBytes(behind head: Int) -> UInt64 {
    totalBytes - min(totalBytes, UInt64(head + (recent?.count ?? 0)))
  }

  /// Puts the last bytes behind those in memory, with their charge.
  ///
  /// - Returns: what of their charge no byte needs.
  private mutating func joinTail(budget: OutputBudget) -> Int {
    guard let recent, !isEvicted else { return releaseTail() }
    let last = recent.bytes(isCut: gapBytes(behind: keptBytes) > 0)
    var charge = tailCharge + releaseTail()
    tail += last
    keptBytes += last.count
    tailBytes = last.count
    while tail.count >= Self.chunkBytes {
      chunks.append(
        OutputChunk(Array(tail.prefix(Self.chunkBytes)), budget: budget, charge: Self.chunkBytes))
      tail.removeFirst(Self.chunkBytes)
      charge -= Self.chunkBytes
    }
    tailCharge = tail.count
    return charge - tail.count
  }

  /// The last bytes go to the file, behind all that is on its way there.
  private mutating func moveTailToBacklog() {
    guard let recent, !isClosed, headBytes == nil else { return }
    let head = keptBytes + backlog.unwrittenBytes
    let last = recent.bytes(isCut: gapBytes(behind: head) > 0)
    headBytes = head
    tailBytes = last.count
    backlog.append(last[...])
    self.recent = nil
  }

  /// Bytes that stand behind the gap, as far as they are in the file.
  private var settledTailBytes: Int { headBytes.map { max(0, keptBytes - $0) } ?? tailBytes }
}

// For those who follow the stream.
extension OutputContent {
  /// What is at `offset`; without bytes where they must be read from a file.
  func read(at offset: Int, bytesMax: Int) -> OutputSlice {
    let cached = cache.find(at: offset, bytesMax: bytesMax)
    return OutputSlice(
      bytes: file == nil ? inMemory(at: offset, bytesMax: bytesMax) : cached,
      file: cached.isEmpty ? file : nil, keptBytes: keptBytes, totalBytes: settledBytes,
      tailBytes: settledTailBytes,
      heldBytes: backlog.unwrittenBytes > 0 ? 0 : recent?.count ?? 0, isFinal: isFinal,
      isEvicted: isEvicted)
  }

  /// Nothing more will be kept, but for the last bytes at the end.
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
    cache.open()
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
    /// The bytes are in the backlog of the file, all but these last ones.
    case file(rest: ArraySlice<UInt8>)
  }

  /// - Parameter memoryBytesMax: bytes that stay in memory; nil where there are no files.
  mutating func route(_ bytes: ArraySlice<UInt8>, memoryBytesMax: Int?, bytesMax: Int) -> Route {
    guard !isEnding, !isFinished else {
      totalBytes += UInt64(bytes.count)
      return .file(rest: [])
    }
    guard file == nil, backlog.target == nil else {
      return .file(rest: enqueue(bytes, bytesMax: bytesMax))
    }
    guard let memoryBytesMax, !wasSpillTried, !isClosed,
      min(keptBytes + bytes.count, bytesMax) > memoryBytesMax
    else { return .memory }
    wasSpillTried = true
    return .spill
  }

  /// All that is kept goes to `file`, and `bytes` behind it.
  ///
  /// - Returns: the write, and the bytes for which there is no room.
  mutating func move(
    to file: any OutputFile, then bytes: ArraySlice<UInt8>, bytesMax: Int
  ) -> (batch: OutputBacklog.Batch, rest: ArraySlice<UInt8>) {
    totalBytes += UInt64(bytes.count)
    let fitting = bytes.prefix(max(0, bytesMax - keptBytes))
    let batch = backlog.startMove(
      of: chunks.reduce(into: []) { $0 += $1.bytes } + tail, and: fitting, to: file)
    return (batch, bytes.dropFirst(fitting.count))
  }

  /// - Returns: the bytes for which there is no room.
  private mutating func enqueue(
    _ bytes: ArraySlice<UInt8>, bytesMax: Int
  ) -> ArraySlice<UInt8> {
    totalBytes += UInt64(bytes.count)
    guard !isClosed else { return [] }
    let fitting = bytes.prefix(max(0, bytesMax - keptBytes - backlog.unwrittenBytes))
    backlog.append(fitting)
    return bytes.dropFirst(fitting.count)
  }

  /// The next write; nil where there is none.
  mutating func nextBatch() -> OutputBacklog.Batch? {
    file.flatMap { backlog.startWrite(to: $0) }
  }

  /// Whether bytes are on their way to the file.
  var isBusy: Bool { backlog.isBusy }

  /// - Returns: false where the writer is to pause until `whenRoom` is called.
  mutating func hasFreeSlot(orCall whenRoom: (@Sendable () -> Void)?) -> Bool {
    backlog.hasFreeSlot(orCall: whenRoom)
  }

  mutating func popWhenRoom() -> (@Sendable () -> Void)? { backlog.popWhenRoom() }

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
    if isEnding { moveTailToBacklog() }
    return tailCharge
  }

  /// The file does not take what is in memory.
  ///
  /// - Returns: what came since then and is to be taken into memory too; empty at its end.
  mutating func reclaim() -> [UInt8] {
    let bytes = backlog.reclaim()
    // They are counted when they are in memory.
    totalBytes -= UInt64(bytes.count)
    return bytes
  }

  /// A disk that took fewer bytes than there were gets no more, so that the stream has no hole.
  mutating func recordFileWrite(_ written: Int, of bytes: [UInt8]) {
    backlog.endWrite()
    if written == bytes.count { cache.append(bytes, at: keptBytes) }
    keptBytes += written
    guard written < bytes.count else { return }
    isClosed = true
    cache.close()
    backlog.drop()
    // Half of the last bytes is no end of the stream.
    if let headBytes { keptBytes = min(keptBytes, headBytes) }
  }
}
