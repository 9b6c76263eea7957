import Dispatch
import PostgreSQLBase
import RunnerCore
import Synchronization
import SystemBase

/// The reader, with a connection of its own that never blocks the writer. A query that a lost
/// connection cut is repeated on another one. While no connection can be made, what waited for the
/// try that failed fails with it, and does not try again.
final class PostgreSQLReader: Sendable {
  private let session: PostgreSQLSession
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "http-runner store, reading")

  private struct State: ~Copyable {
    var connection: PostgreSQLConnection?
    /// Life of the database that it is of.
    var era = 0
    /// The last connection that was not made, and when.
    var failure: (time: ContinuousClock.Instant, failure: PostgreSQLFailure)?
  }

  /// Run once in each session; nil for nothing.
  private let prelude: String?

  init(_ session: PostgreSQLSession, prelude: String? = nil) {
    self.session = session
    self.prelude = prelude
  }

  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure) -> Result
  ) async throws(StoreFailure) -> Result {
    let outcome = await withCheckedContinuation {
      (continuation: CheckedContinuation<Swift.Result<Result, StoreFailure>, Never>) in
      let start = ContinuousClock.now
      queue.async { [self] in
        continuation.resume(returning: ThreadRole.storeReader.run { query(body, from: start) })
      }
    }
    return try outcome.get()
  }

  /// Does the same on the caller's thread, which may wait.
  ///
  /// - Parameter start: when it was asked for: it waits for a connection no longer than
  ///   `PostgreSQLSession.patienceSeconds` from then on.
  func performNow<Result: Sendable>(
    _ body: @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure) -> Result,
    from start: ContinuousClock.Instant = .now
  ) -> Swift.Result<Result, StoreFailure> {
    state.withLock { state in
      if state.connection == nil, let last = state.failure, last.time > start {
        return .failure(last.failure.storeFailure)
      }
      let deadline = start + .seconds(PostgreSQLSession.patienceSeconds)
      while true {
        do throws(PostgreSQLFailure) {
          return .success(try query(&state, body, until: deadline))
        } catch {
          guard error.isConnectionLost, ContinuousClock.now < deadline else {
            return .failure(error.storeFailure)
          }
          if state.connection == nil { PostgreSQLSession.pause() }
        }
      }
    }
  }

  private func query<Result: Sendable>(
    _ body: @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure) -> Result,
    from start: ContinuousClock.Instant
  ) -> Swift.Result<Result, StoreFailure> {
    ThreadRole.storeReader.assertCurrent()
    return performNow(body, from: start)
  }

  private func query<Result: Sendable>(
    _ state: inout State,
    _ body: @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure) -> Result,
    until deadline: ContinuousClock.Instant
  ) throws(PostgreSQLFailure) -> Result {
    var database = try connection(&state, until: deadline)
    do throws(PostgreSQLFailure) {
      let result = try body(&database)
      state.connection = consume database
      return result
    } catch {
      if !database.isLost { state.connection = consume database }
      throw error
    }
  }

  private func connection(
    _ state: inout State, until deadline: ContinuousClock.Instant
  ) throws(PostgreSQLFailure) -> PostgreSQLConnection {
    let era = session.known.era
    if let connection = state.connection.take() {
      if state.era == era { return connection }
      connection.close()
    }
    state.era = era
    do throws(PostgreSQLFailure) {
      var database = try session.open(until: deadline)
      if let prelude { try database.execute(prelude) }
      return database
    } catch {
      state.failure = (.now, error)
      throw error
    }
  }
}
