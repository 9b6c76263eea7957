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

  /// - Parameter spill: file in which the stream continues beyond its memory limit; nil for none.
  package init(bytesMax: Int, budget: OutputBudget, spill: OutputSpill? = nil) {
    self.bytesMax = bytesMax
    self.budget = budget
    self.spill = spill
  }

  /// Takes what the job wrote, and never waits for a disk. Past the limit, or with the budget or
  /// the disk spent, bytes are only counted.
  ///
  /// - Parameter whenRoom: called once, from any thread, where this returns false; nil: it does
  ///   not.
  /// - Returns: false where the disk is so far behind that the writer is to pause. What comes all
  ///   the same is taken.
  @discardableResult
  package func append(
    _ bytes: ArraySlice<UInt8>, whenRoom: (@Sendable () -> Void)? = nil
  ) -> Bool {
    let route = content.withLock {
      $0.route(bytes, memoryBytesMax: spill?.memoryBytesMax, bytesMax: bytesMax)
    }
    switch route {
    case .memory:
      appendToMemory(bytes)
      if hasWaiters.load(ordering: .relaxed) { wake(atEnd: false) }
      return true
    case .spill:
      guard let spill else { return true }
      let file = spill.open()
      start(content.withLock { $0.move(to: file, then: bytes, bytesMax: bytesMax) })
    case .file:
      start(content.withLock { $0.nextBatch() })
    }
    if hasWaiters.load(ordering: .relaxed) { wake(atEnd: false) }
    return content.withLock { $0.hasFreeSlot(orCall: whenRoom) }
  }

  private func start(_ batch: OutputBacklog.Batch?) {
    guard let batch else { return }
    batch.file.append(batch.bytes) { [self] written in
      if batch.isMove {
        endMove(to: batch.file, isWhole: written == batch.bytes.count)
      } else {
        content.withLock { $0.recordFileWrite(written, of: batch.bytes.count) }
      }
      goOn()
    }
  }

  /// What was in memory is in the file now, or stays there with all that came since: a disk that is
  /// full already.
  private func endMove(to file: any OutputFile, isWhole: Bool) {
    guard !isWhole else { return budget.refund(content.withLock { $0.moved(to: file) }) }
    while true {
      let bytes = content.withLock { $0.takeBack() }
      guard !bytes.isEmpty else { return }
      appendToMemory(bytes[...])
    }
  }

  /// A write is done: the next one, and all who wait for it.
  private func goOn() {
    start(content.withLock { $0.nextBatch() })
    if hasWaiters.load(ordering: .relaxed) { wake(atEnd: false) }
    content.withLock { $0.takeWhenRoom() }?()
    let finishers = content.withLock { $0.takeFinishers() }
    guard !finishers.isEmpty else { return }
    finishNow()
    for finisher in finishers { finisher() }
  }

  /// Takes bytes into memory.
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

  /// What is at `offset` of the stream now, at most `bytesMax` bytes; without bytes where a file
  /// has them: see `OutputReadAhead`.
  ///
  /// - Parameter waiter: called once, from any thread, as soon as there is more to find than now,
  ///   where nothing is there.
  package func find(
    at offset: Int, bytesMax: Int, orCall waiter: OutputWaiter? = nil
  ) -> OutputSlice {
    content.withLock { content in
      let reading = content.read(at: offset, bytesMax: bytesMax)
      if let waiter, reading.bytesAvailable(from: offset) <= 0, content.add(waiter) {
        hasWaiters.store(true, ordering: .relaxed)
      }
      return reading
    }
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
  /// From then on the last chunk carries its own charge like the others, so that a snapshot that
  /// outlives this is counted in full.
  ///
  /// - Parameter done: called once all that came is where it stays: at once, or by a thread of the
  ///   storage.
  package func finish(then done: @escaping @Sendable () -> Void = {}) {
    guard content.withLock({ $0.end(then: done) }) else { return }
    finishNow()
    done()
  }

  /// Ends the stream, and returns when all that came is where it stays.
  func finished() async {
    await withCheckedContinuation { finished in finish { finished.resume() } }
  }

  private func finishNow() {
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
