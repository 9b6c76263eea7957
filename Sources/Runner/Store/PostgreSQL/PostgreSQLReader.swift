import Dispatch
import PostgreSQLBase
import RunnerCore
import Synchronization
import SystemBase

/// The reader, with a connection of its own that never blocks the writer. A query that a lost
/// connection cut is repeated on another one.
final class PostgreSQLReader: Sendable {
  private let session: PostgreSQLSession
  private let connection = Mutex<PostgreSQLConnection?>(nil)
  private let queue = DispatchQueue(label: "http-runner store, reading")

  init(_ session: PostgreSQLSession) {
    self.session = session
  }

  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure) -> Result
  ) async throws(StoreFailure) -> Result {
    let outcome = await withCheckedContinuation {
      (continuation: CheckedContinuation<Swift.Result<Result, StoreFailure>, Never>) in
      queue.async { [self] in
        continuation.resume(returning: ThreadRole.storeReader.run { query(body) })
      }
    }
    return try outcome.get()
  }

  /// Does the same on the caller's thread, which may wait.
  func performNow<Result: Sendable>(
    _ body: @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure) -> Result
  ) -> Swift.Result<Result, StoreFailure> {
    connection.withLock { connection in
      let deadline = ContinuousClock.now + .seconds(PostgreSQLSession.patienceSeconds)
      while true {
        do throws(PostgreSQLFailure) {
          return .success(try query(&connection, body))
        } catch {
          guard error.isConnectionLost, ContinuousClock.now < deadline else {
            return .failure(error.storeFailure)
          }
          if connection == nil { PostgreSQLSession.pause() }
        }
      }
    }
  }

  private func query<Result: Sendable>(
    _ body: @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure) -> Result
  ) -> Swift.Result<Result, StoreFailure> {
    ThreadRole.storeReader.assertCurrent()
    return performNow(body)
  }

  private func query<Result: Sendable>(
    _ connection: inout PostgreSQLConnection?,
    _ body: @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure) -> Result
  ) throws(PostgreSQLFailure) -> Result {
    if connection == nil { connection = try session.open() }
    guard var database = connection.take() else {
      throw PostgreSQLFailure(.connection, "There is no connection.")
    }
    do throws(PostgreSQLFailure) {
      let result = try body(&database)
      connection = consume database
      return result
    } catch {
      if !database.isLost { connection = consume database }
      throw error
    }
  }
}
