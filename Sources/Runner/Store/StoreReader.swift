import Dispatch
import RunnerCore
import Synchronization

/// The one that reads, beside the one that writes and never in its way: it sees the newest state
/// that is durable.
final class StoreReader: Sendable {
  private let database: Mutex<SQLDatabase>
  private let onDamage: DamageReport
  private let queue = DispatchQueue(label: "http-runner store, reading")

  init(_ database: consuming sending SQLDatabase, onDamage: DamageReport) {
    self.database = Mutex(database)
    self.onDamage = onDamage
  }

  /// Lends the connection while nobody reads.
  func lend<Result: Sendable>(to body: (inout SQLDatabase) -> Result) -> Result {
    database.withLock { database in body(&database) }
  }

  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (inout SQLDatabase) throws(SQLFailure) -> Result
  ) async throws(StoreFailure) -> Result {
    let outcome = await withCheckedContinuation {
      (continuation: CheckedContinuation<Swift.Result<Result, SQLFailure>, Never>) in
      queue.async { [self] in
        let outcome = database.withLock { database in
          Swift.Result { () throws(SQLFailure) in try body(&database) }
        }
        continuation.resume(returning: outcome)
      }
    }
    do throws(SQLFailure) {
      return try outcome.get()
    } catch {
      onDamage.note(error)
      throw error.storeFailure
    }
  }
}
