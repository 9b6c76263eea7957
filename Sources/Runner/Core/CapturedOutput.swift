import Synchronization

/// One output stream of one job: what is kept of it, and how much there was.
///
/// One writer (the event loop that reads the job's pipe) and any number of readers.
package final class CapturedOutput: Sendable {
  /// Bytes of this stream that are kept at most; the rest is counted.
  package let bytesMax: Int
  private let budget: OutputBudget
  private let spill: OutputSpill?
  private let content = Mutex<OutputContent>(OutputContent())

  /// - Parameter spill: where the stream goes on when it is too long for memory.
  package init(bytesMax: Int, budget: OutputBudget, spill: OutputSpill? = nil) {
    self.bytesMax = bytesMax
    self.budget = budget
    self.spill = spill
  }

  /// Takes what the job wrote. Past the limit, or with the budget or the disk spent, bytes are
  /// only counted.
  package func append(_ bytes: ArraySlice<UInt8>) {
    if let spill, let file = file(for: bytes.count, spill) {
      append(bytes, to: file)
    } else {
      keep(bytes)
    }
  }

  /// The file that the next bytes go to; nil while they fit into memory.
  ///
  /// There is one writer, so what is found here holds until it writes: readers only read.
  private func file(for count: Int, _ spill: OutputSpill) -> (any OutputFile)? {
    let (file, opens) = content.withLock { content in
      (content.file, content.opensFile(for: count, spill, bytesMax: bytesMax))
    }
    guard opens else { return file }
    guard let new = spill.open() else { return nil }
    let kept = snapshot()
    for index in 0..<kept.pieceCount {
      let piece = kept.piece(index)
      // A disk that is full already: what is in memory stays there.
      guard new.append(piece[...]) == piece.count else { return nil }
    }
    budget.refund(content.withLock { $0.move(to: new) })
    return new
  }

  private func append(_ bytes: ArraySlice<UInt8>, to file: any OutputFile) {
    let room = content.withLock { $0.fileRoom(bytesMax: bytesMax) }
    let written = room > 0 ? file.append(bytes.prefix(room)) : 0
    content.withLock { $0.wrote(written, of: bytes.count, allowed: min(room, bytes.count)) }
  }

  /// Takes bytes into memory.
  private func keep(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      let room = content.withLock { $0.room(bytesMax: bytesMax, wanted: rest.count) }
      switch room {
      case .none:
        content.withLock { $0.count(dropped: rest.count) }
        return
      case .uncharged(let charge):
        // The budget may release other outputs, so no lock of ours is held here.
        let granted = budget.charge(charge)
        let unused = content.withLock { $0.grow(by: charge, granted: granted) }
        if unused > 0 { budget.refund(unused) }
      case .charged(let free):
        let piece = rest.prefix(free)
        content.withLock { $0.append(piece, budget: budget) }
        rest = rest.dropFirst(piece.count)
      }
    }
  }

  /// What is kept now, and how much was written in all.
  package func snapshot() -> CapturedBytes {
    content.withLock { $0.snapshot() }
  }

  /// Ends the stream: later bytes are only counted.
  ///
  /// From now on the last chunk carries its own charge like the others, so that a snapshot that
  /// outlives this is counted in full.
  package func finish() {
    let unused = content.withLock { $0.finish(budget: budget) }
    budget.refund(unused)
  }

  /// Gives up what is kept. The job then says so. Later bytes are only counted.
  package func release() {
    let charge = content.withLock { $0.release() }
    budget.refund(charge)
  }

  deinit {
    budget.refund(content.withLock { $0.release() })
  }
}

/// What a `CapturedOutput` knows, inside its lock.
private struct OutputContent {
  /// How large a chunk grows before the next begins: a pipe's capacity, so that one read fits.
  private static let chunkBytes = 64 << 10
  private static let chunkBytesFirst = 256

  private var chunks: [OutputChunk] = []
  private var tail: [UInt8] = []
  private var tailCharge = 0
  private var keptBytes = 0
  private var totalBytes: UInt64 = 0
  private var isClosed = false
  private var isReleased = false
  private var wasSpillTried = false
  private(set) var file: (any OutputFile)?

  /// Whether the writer has to open the file now, before `count` more bytes; said once.
  mutating func opensFile(for count: Int, _ spill: OutputSpill, bytesMax: Int) -> Bool {
    let kept = min(keptBytes + count, bytesMax)
    guard !wasSpillTried, !isClosed, kept > spill.memoryMax else { return false }
    wasSpillTried = true
    return true
  }

  /// All that is kept is in `file` now.
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

  func fileRoom(bytesMax: Int) -> Int {
    isClosed ? 0 : bytesMax - keptBytes
  }

  /// Of `count` bytes that came, `written` are in the file; a disk that took fewer than `allowed`
  /// gets no more, so that the stream has no hole.
  mutating func wrote(_ written: Int, of count: Int, allowed: Int) {
    keptBytes += written
    totalBytes += UInt64(count)
    if written < allowed { isClosed = true }
  }

  enum Room {
    case none
    /// Charge this much more first.
    case uncharged(Int)
    /// This many bytes fit now.
    case charged(Int)
  }

  func room(bytesMax: Int, wanted: Int) -> Room {
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

  mutating func count(dropped: Int) {
    totalBytes += UInt64(dropped)
  }

  func snapshot() -> CapturedBytes {
    if let file { return CapturedBytes(file: file, keptBytes: keptBytes, totalBytes: totalBytes) }
    return CapturedBytes(
      chunks: chunks, tail: tail, totalBytes: totalBytes, isReleased: isReleased)
  }

  /// - Returns: a charge that no chunk took over.
  mutating func finish(budget: OutputBudget) -> Int {
    isClosed = true
    defer {
      tail = []
      tailCharge = 0
    }
    guard !tail.isEmpty else { return tailCharge }
    chunks.append(OutputChunk(tail, budget: budget, charge: tailCharge))
    return 0
  }

  /// - Returns: the charge of the unfinished chunk; finished chunks refund their own.
  mutating func release() -> Int {
    defer {
      chunks = []
      tail = []
      tailCharge = 0
      isReleased = isReleased || (keptBytes > 0 && file == nil)
      if file == nil { keptBytes = 0 }
      isClosed = true
    }
    return tailCharge
  }
}
