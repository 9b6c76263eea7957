import Synchronization

/// One output stream of one job: bounded capture, with the total count.
///
/// One writer (the event loop that reads the pipe of the job) and any number of readers.
package final class CapturedOutput: Sendable {
  /// Bytes of this stream that are stored at most; the rest is only counted.
  package let bytesMax: Int
  private let budget: OutputBudget
  private let spill: OutputSpill?
  private let content = Mutex<OutputContent>(OutputContent())
  /// Whether the next append has waiters to wake: this flag is all that following costs the writer
  /// while there are none. Set inside of the lock, so that a reader that found nothing is seen by
  /// the next append.
  private let hasWaiters = Atomic<Bool>(false)

  /// - Parameter spill: where the stream continues when it exceeds its memory limit.
  package init(bytesMax: Int, budget: OutputBudget, spill: OutputSpill? = nil) {
    self.bytesMax = bytesMax
    self.budget = budget
    self.spill = spill
  }

  /// Appends output of the job. Past the limit, or with the budget or the disk exhausted, bytes are
  /// only counted.
  package func append(_ bytes: ArraySlice<UInt8>) {
    if let spill, let file = file(for: bytes.count, spill) {
      append(bytes, to: file)
    } else {
      appendToMemory(bytes)
    }
    if hasWaiters.load(ordering: .relaxed) { wake(atEnd: false) }
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
    let room = content.withLock { $0.fileCapacity(bytesMax: bytesMax) }
    let written = room > 0 ? file.append(bytes.prefix(room)) : 0
    content.withLock {
      $0.recordFileWrite(written, of: bytes.count, allowed: min(room, bytes.count))
    }
  }

  /// Appends to memory.
  private func appendToMemory(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      let capacity = content.withLock { $0.capacity(bytesMax: bytesMax, wanted: rest.count) }
      switch capacity {
      case .none:
        content.withLock { $0.recordDropped(rest.count) }
        return
      case .uncharged(let charge):
        // The budget may evict other outputs, so no lock is held here.
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

  /// Snapshot of the stream.
  package func snapshot() -> CapturedBytes {
    content.withLock { $0.snapshot() }
  }

  /// What is at `offset` of the stream now, at most `bytesMax` bytes.
  ///
  /// - Parameter waiter: called once, from any thread, as soon as there is more to find than now,
  ///   where nothing is there.
  package func read(
    at offset: Int, bytesMax: Int, orCall waiter: OutputWaiter? = nil
  ) -> OutputSlice {
    let (reading, file) = content.withLock { content in
      let reading = content.read(at: offset, bytesMax: bytesMax)
      if let waiter, reading.bytesAvailable(from: offset) <= 0, content.add(waiter) {
        hasWaiters.store(true, ordering: .relaxed)
      }
      return (reading, content.file)
    }
    guard let file else { return reading }
    let count = min(bytesMax, reading.bytesAvailable(from: offset))
    return count > 0 ? reading.with(file.read(at: UInt64(offset), count: count)) : reading
  }

  /// Removes a waiter. It is not called any more, unless the call is in progress.
  package func removeWaiter(_ id: UInt64) {
    content.withLock { $0.removeWaiter(id) }
  }

  /// - Parameter atEnd: whether nothing more will come.
  private func wake(atEnd: Bool) {
    let waiters = content.withLock { content in
      hasWaiters.store(false, ordering: .relaxed)
      return content.drainWaiters(atEnd: atEnd)
    }
    for waiter in waiters { waiter.wake() }
  }

  /// Ends the stream: later bytes are only counted.
  ///
  /// From now on the last chunk carries its own charge like the others, so that a snapshot that
  /// outlives this is counted in full.
  package func finish() {
    let unused = content.withLock { $0.finish(budget: budget) }
    budget.refund(unused)
    wake(atEnd: true)
  }

  /// Evicts the stored bytes, which the document of the job reports. Later bytes are only counted.
  package func evict() {
    let charge = content.withLock { $0.evict() }
    budget.refund(charge)
    wake(atEnd: true)
  }

  deinit {
    budget.refund(content.withLock { $0.evict() })
  }
}
