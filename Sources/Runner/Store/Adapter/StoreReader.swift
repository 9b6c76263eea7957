import Dispatch
import RunnerCore
import Synchronization
import SystemBase

/// The reader, with a connection of its own that never blocks the writer: it sees the newest
/// durable state.
final class StoreReader: Sendable {
  private let database: Mutex<SQLDatabase>
  private let onCorruption: CorruptionHandler
  private let queue = DispatchQueue(label: "http-runner store, reading")

  init(_ database: consuming sending SQLDatabase, onCorruption: CorruptionHandler) {
    self.database = Mutex(database)
    self.onCorruption = onCorruption
  }

  /// Exclusive access to the connection.
  func withConnection<Result: Sendable>(_ body: (inout SQLDatabase) -> Result) -> Result {
    database.withLock { database in body(&database) }
  }

  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (inout SQLDatabase) throws(SQLFailure) -> Result
  ) async throws(StoreFailure) -> Result {
    let outcome = await withCheckedContinuation {
      (continuation: CheckedContinuation<Swift.Result<Result, SQLFailure>, Never>) in
      queue.async { [self] in
        continuation.resume(returning: ThreadRole.storeReader.run { query(body) })
      }
    }
    do throws(SQLFailure) {
      return try outcome.get()
    } catch {
      onCorruption.handle(error)
      throw error.storeFailure
    }
  }

  private func query<Result: Sendable>(
    _ body: @Sendable (inout SQLDatabase) throws(SQLFailure) -> Result
  ) -> Swift.Result<Result, SQLFailure> {
    ThreadRole.storeReader.assertCurrent()
    return database.withLock { database in
      Swift.Result { () throws(SQLFailure) in try body(&database) }
    }
  }
}
