import Dispatch
import RunnerCore
import Synchronization
import SystemBase

/// The writer: operations run in order, as many as are queued in one transaction (group commit),
/// and none completes before it is durable.
///
/// While one transaction is written to the disk, further operations queue up. Under load more of
/// them share a write, and a single operation never waits for others.
final class StoreWriter: Sendable {
  /// Operations in one transaction at most: bounds how long the first waits for the last.
  private static let batchMax = 256

  /// Does its part of a transaction, and returns a completion to call when that has ended.
  private typealias Operation =
    @Sendable (inout SQLDatabase) throws(SQLFailure) -> @Sendable (SQLFailure?) -> Void

  private struct PendingOperation {
    let operation: Operation
    let failed: @Sendable (SQLFailure) -> Void
  }

  private struct OperationQueue {
    var waiting: [PendingOperation] = []
    var isDraining = false
  }

  private let database: Mutex<SQLDatabase>
  private let metrics: any Metrics
  private let onCorruption: CorruptionHandler
  /// Reopens both connections after a lock protocol error; false where that fails.
  private let reopen: @Sendable (inout SQLDatabase) -> Bool
  private let isConnectionLost = Atomic<Bool>(false)
  private let operations = Mutex(OperationQueue())
  private let queue = DispatchQueue(label: "http-runner store")

  init(
    _ database: consuming sending SQLDatabase, metrics: any Metrics,
    onCorruption: CorruptionHandler,
    onLockProtocolError reopen: @escaping @Sendable (inout SQLDatabase) -> Bool
  ) {
    self.database = Mutex(database)
    self.metrics = metrics
    self.onCorruption = onCorruption
    self.reopen = reopen
  }

  /// Does `body` in a transaction that it may share with others.
  ///
  /// - Parameter body: may be called twice: again alone, when the transaction that it shared
  ///   failed.
  /// - Returns: what `body` returned, once it is durable.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (inout SQLDatabase) throws(SQLFailure) -> Result
  ) async throws(StoreFailure) -> Result {
    let outcome = await withCheckedContinuation {
      (continuation: CheckedContinuation<Swift.Result<Result, SQLFailure>, Never>) in
      let fail = { @Sendable (failure: SQLFailure) in
        continuation.resume(returning: .failure(failure))
      }
      enqueue(
        PendingOperation(
          operation: { (database) throws(SQLFailure) in
            let result = try body(&database)
            return { failure in
              if let failure {
                fail(failure)
              } else {
                continuation.resume(returning: .success(result))
              }
            }
          }, failed: fail))
    }
    do throws(SQLFailure) {
      return try outcome.get()
    } catch {
      onCorruption.handle(error)
      throw error.storeFailure
    }
  }

  /// Waits until all that was asked for is done.
  func drain() {
    queue.sync {}
  }

  private func enqueue(_ waiting: PendingOperation) {
    let starts = operations.withLock { operations in
      operations.waiting.append(waiting)
      defer { operations.isDraining = true }
      return !operations.isDraining
    }
    if starts { queue.async { [self] in ThreadRole.storeWriter.run { processQueue() } } }
  }

  private func processQueue() {
    ThreadRole.storeWriter.assertCurrent()
    while true {
      let batch = operations.withLock { operations in
        let batch = Array(operations.waiting.prefix(Self.batchMax))
        operations.waiting.removeFirst(batch.count)
        operations.isDraining = !batch.isEmpty
        return batch
      }
      guard !batch.isEmpty else { return }
      database.withLock { database in
        guard let failure = failure(of: batch, &database) else { return }
        if failure.isLockProtocolError || isConnectionLost.load(ordering: .relaxed) {
          isConnectionLost.store(!reopen(&database), ordering: .relaxed)
        }
        guard batch.count > 1 else { return }
        // One operation failed, or the disk: running each alone shows which.
        for one in batch { performAlone(one, &database) }
      }
    }
  }

  private func performAlone(_ one: PendingOperation, _ database: inout SQLDatabase) {
    _ = failure(of: [one], &database)
  }

  /// Does all of a batch in one transaction, or nothing of it. A batch of one is told of its
  /// failure; a larger one is not, because it is tried again.
  private func failure(of batch: [PendingOperation], _ database: inout SQLDatabase) -> SQLFailure? {
    let start = ContinuousClock.now
    do throws(SQLFailure) {
      var answers: [@Sendable (SQLFailure?) -> Void] = []
      try database.run("BEGIN IMMEDIATE")
      for one in batch { answers.append(try one.operation(&database)) }
      guard !database.hasMoved() else { throw .moved }
      try database.run("COMMIT")
      metrics.observe((ContinuousClock.now - start).inSeconds, in: .storeCommitDuration, [])
      metrics.add(Double(batch.count), to: .storeOperations, ["committed"])
      for answer in answers { answer(nil) }
      return nil
    } catch {
      Self.rollBack(&database)
      if batch.count == 1 {
        metrics.add(1, to: .storeOperations, ["failed"])
        batch[0].failed(error)
      }
      return error
    }
  }

  private static func rollBack(_ database: inout SQLDatabase) {
    guard database.isInTransaction else { return }
    do throws(SQLFailure) {
      try database.execute("ROLLBACK")
    } catch {
      // Nothing is left to undo then: SQLite did it by itself.
    }
  }
}
