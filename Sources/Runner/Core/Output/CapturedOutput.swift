import Synchronization

/// One output stream of one job: bounded capture, with the total count.
///
/// One writer (the event loop that reads the pipe of the job) and any number of readers.
package final class CapturedOutput: Sendable {
  /// Bytes that are stored from the start of this stream at most.
  package let bytesMax: Int
  /// Bytes that are stored from its end, where it is longer; those between are only counted.
  package let tailBytesMax: Int
  private let budget: OutputBudget
  private let spill: OutputSpill?
  /// Whether of each line only the last state is stored and counted.
  private let collapsesLines: Bool
  private let collapser = Mutex(LineCollapser())
  private let content = Mutex<OutputContent>(OutputContent())
  /// nil: it is not told when output came.
  private let clock: (@Sendable () -> Int64)?
  /// nil once they are kept elsewhere.
  private let recorded = Mutex<OutputTimes?>(OutputTimes())
  /// Whether the next append has waiters to wake: this flag is all that following costs the writer
  /// while there are none. Set inside of the lock, so that a reader that found nothing is seen by
  /// the next append.
  private let hasWaiters = Atomic<Bool>(false)

  /// - Parameters:
  ///   - tailBytesMax: at most 64 KiB, whatever is read in one piece; 0 keeps no end.
  ///   - spill: file in which the stream continues beyond its memory limit; nil for none.
  ///   - collapsesLines: whether of each line only the last state is stored and counted.
  ///   - clock: milliseconds since 1970, to say when output came; nil: that is not told.
  package init(
    bytesMax: Int, tailBytesMax: Int = 0, budget: OutputBudget, spill: OutputSpill? = nil,
    collapsesLines: Bool = false, clock: (@Sendable () -> Int64)? = nil
  ) {
    self.clock = clock
    self.collapsesLines = collapsesLines
    self.bytesMax = bytesMax
    self.tailBytesMax = tailBytesMax
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
    guard collapsesLines else { return store(bytes, whenRoom: whenRoom) }
    let lines = collapser.withLock { $0.collapse(bytes) }
    return store(lines[...], whenRoom: whenRoom)
  }

  private func store(
    _ bytes: ArraySlice<UInt8>, whenRoom: (@Sendable () -> Void)? = nil
  ) -> Bool {
    let (route, before) = content.withLock { content in
      let before = content.totalBytes
      return (
        content.route(bytes, memoryBytesMax: spill?.memoryBytesMax, bytesMax: bytesMax), before
      )
    }
    if let clock, !bytes.isEmpty {
      let now = clock()
      recorded.withLock { $0?.record(before, at: now) }
    }
    switch route {
    case .memory:
      appendToMemory(bytes)
      if hasWaiters.load(ordering: .relaxed) { wake(atEnd: false) }
      return true
    case .spill:
      guard let spill else { return true }
      let file = spill.open()
      let (batch, rest) = content.withLock {
        $0.move(to: file, then: bytes, bytesMax: bytesMax)
      }
      keepRecent(rest)
      start(batch)
    case .file(let rest):
      keepRecent(rest)
      start(content.withLock { $0.nextBatch() })
    }
    let (isBusy, hasRoom) = content.withLock { ($0.isBusy, $0.hasFreeSlot(orCall: whenRoom)) }
    // Bytes on their way to the file cannot be read yet: the end of their write wakes.
    if !isBusy, hasWaiters.load(ordering: .relaxed) { wake(atEnd: false) }
    return hasRoom
  }

  private func start(_ batch: OutputBacklog.Batch?) {
    guard let batch else { return }
    batch.file.append(batch.bytes) { [self] written in
      if batch.isMove {
        endMove(to: batch.file, isWhole: written == batch.bytes.count)
      } else {
        content.withLock { $0.recordFileWrite(written, of: batch.bytes) }
      }
      goOn()
    }
  }

  /// What was in memory is in the file now, or stays there with all that came since: a disk that is
  /// full already.
  private func endMove(to file: any OutputFile, isWhole: Bool) {
    guard !isWhole else { return budget.refund(content.withLock { $0.moved(to: file) }) }
    while true {
      let bytes = content.withLock { $0.reclaim() }
      guard !bytes.isEmpty else { return }
      // The last bytes come behind these, which must not stand behind them.
      appendToMemory(bytes[...], keepsRest: false)
    }
  }

  /// A write is done: the next one, and all who wait for it.
  private func goOn() {
    start(content.withLock { $0.nextBatch() })
    if hasWaiters.load(ordering: .relaxed) { wake(atEnd: false) }
    content.withLock { $0.popWhenRoom() }?()
    let finishers = content.withLock { $0.drainFinishers() }
    guard !finishers.isEmpty else { return }
    finishNow()
    for finisher in finishers { finisher() }
  }

  /// Takes bytes for which there is no room from the start of the stream.
  private func keepRecent(_ bytes: ArraySlice<UInt8>) {
    guard !bytes.isEmpty else { return }
    while let charge = content.withLock({ $0.keepRecent(bytes, bytesMax: tailBytesMax) }) {
      let granted = budget.charge(charge)
      let unused = content.withLock { $0.openTail(bytesMax: charge, granted: granted) }
      if unused > 0 { budget.refund(unused) }
    }
  }

  /// Takes bytes into memory.
  ///
  /// - Parameter keepsRest: whether those that do not fit are among the last ones of the stream.
  private func appendToMemory(_ bytes: ArraySlice<UInt8>, keepsRest: Bool = true) {
    var rest = bytes
    while !rest.isEmpty {
      let capacity = content.withLock { $0.capacity(bytesMax: bytesMax, wanted: rest.count) }
      switch capacity {
      case .none:
        content.withLock { $0.recordDropped(rest.count) }
        if keepsRest { keepRecent(rest) }
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

  /// When its bytes came; nil once `discardTimes()` was called.
  var times: OutputTimes? { recorded.withLock(\.self) }

  /// Lets go of when its bytes came: that is in a file now, and no budget counts it here.
  func discardTimes() { recorded.withLock { $0 = nil } }

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
    if collapsesLines { _ = store(collapser.withLock { $0.finish() }[...]) }
    guard content.withLock({ $0.end(then: done) }) else {
      // The last bytes are on their way to the file.
      return start(content.withLock { $0.nextBatch() })
    }
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
