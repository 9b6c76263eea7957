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
  private var wasSpillTried = false
  private var waiters: [UInt64: OutputWaiter] = [:]
  /// Those that nothing can wake any more but the end.
  private var endWaiters: [UInt64: OutputWaiter] = [:]
  private(set) var file: (any OutputFile)?

  /// Whether the writer has to open the file now, before `count` more bytes; said once.
  mutating func opensFile(for count: Int, _ spill: OutputSpill, bytesMax: Int) -> Bool {
    let kept = min(keptBytes + count, bytesMax)
    guard !wasSpillTried, !isClosed, kept > spill.memoryBytesMax else { return false }
    wasSpillTried = true
    return true
  }

  /// Switches to `file`, which has all bytes now.
  ///
  /// - Returns: the charge of the unfinished chunk.
  mutating func move(to file: any OutputFile) -> Int {
    defer {
      chunks = []
      tail = []
      tailCharge = 0
    }
    self.file = file
    return tailCharge
  }

  func fileCapacity(bytesMax: Int) -> Int {
    isClosed ? 0 : bytesMax - keptBytes
  }

  /// Of `count` bytes that came, `written` are in the file; a disk that took fewer than `allowed`
  /// gets no more, so that the stream has no hole.
  mutating func recordFileWrite(_ written: Int, of count: Int, allowed: Int) {
    keptBytes += written
    totalBytes += UInt64(count)
    if written < allowed { isClosed = true }
  }

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

  func snapshot() -> CapturedBytes {
    if let file { return CapturedBytes(file: file, keptBytes: keptBytes, totalBytes: totalBytes) }
    return CapturedBytes(
      chunks: chunks, tail: tail, keptBytes: keptBytes, totalBytes: totalBytes,
      isEvicted: isEvicted)
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
      bytes: file == nil ? inMemory(at: offset, bytesMax: bytesMax) : [], keptBytes: keptBytes,
      totalBytes: totalBytes, isFinal: isFinal, isEvicted: isEvicted)
  }

  /// Whether no more bytes are stored: after the first dropped byte nothing follows, so that the
  /// stream has no gap.
  private var isFinal: Bool { isFinished || isEvicted || totalBytes > UInt64(keptBytes) }

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
