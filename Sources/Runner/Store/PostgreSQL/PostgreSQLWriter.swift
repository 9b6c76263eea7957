import Dispatch
import PostgreSQLBase
import RunnerCore
import Synchronization
import SystemBase

/// The writer: operations run in order, as many as are queued in one transaction (group commit),
/// and none completes before it is durable. Each transaction begins with the proof that the name of
/// the node is still this service's, and until it ends no other node adopts its jobs.
///
/// A lost connection is made again. What had no effect then is tried once more, and fails with
/// `away` where no connection comes in time. Where the commit was sent and its answer was lost, the
/// server is asked what became of the transaction; where it cannot say in time, the operations fail
/// with `unknown`, and nothing else is done before it has said so. They fail so too where another
/// server has taken over since: it does not know the transactions of the first by their numbers.
final class PostgreSQLWriter: Sendable {
  /// Operations in one transaction at most: bounds how long the first waits for the last.
  private static let batchMax = 256

  /// Does its part of a transaction, and returns a completion to call when that has ended.
  private typealias Operation =
    @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure)
    -> @Sendable (StoreFailure?) -> Void

  private struct PendingOperation {
    let operation: Operation
    let failed: @Sendable (StoreFailure) -> Void
  }

  private struct OperationQueue {
    var waiting: [PendingOperation] = []
    var isDraining = false
  }

  /// What one thread at a time has.
  private struct State: ~Copyable {
    var connection: PostgreSQLConnection?
    /// Life of the database that it is of.
    var era = 0
    var boot: Int64?
    /// History of the server of the last connection; nil before the first.
    var timeline: String?
    /// A transaction of which it is not known whether it was committed; nil where there is none.
    var doubtful: (transaction: Int64, timeline: String?)?
  }

  /// Why a transaction did not end well.
  private enum TransactionFailure: Error {
    /// It had no effect.
    case undone(PostgreSQLFailure)
    /// Its commit was sent, and the connection was lost.
    case unconfirmed(Int64, PostgreSQLFailure)
    /// It was not begun: there is no connection.
    case unreachable(PostgreSQLFailure)

    var storeFailure: StoreFailure {
      switch self {
      case .unconfirmed(_, let failure): .unknown(failure.message)
      case .undone(let failure), .unreachable(let failure): failure.storeFailure
      }
    }
  }

  private let session: PostgreSQLSession
  private let metrics: any Metrics
  private let state = Mutex(State())
  private let operations = Mutex(OperationQueue())
  private let queue = DispatchQueue(label: "http-runner store")
  /// Ids of rows of `enforcement`, by their JSON, as far as the server of the last connection has
  /// them.
  let enforcementIDs = Mutex<[[UInt8]: Int64]>([:])

  init(_ session: PostgreSQLSession, metrics: any Metrics) {
    self.session = session
    self.metrics = metrics
  }

  /// Connects, and takes the name of the node.
  ///
  /// - Returns: the number of this service, by which its claims are known.
  func start(within seconds: Double) throws(PostgreSQLFailure) -> Int64 {
    try state.withLock { state throws(PostgreSQLFailure) in
      state.connection = try connect(&state, within: seconds)
      return state.boot ?? 0
    }
  }

  /// Does `body` in a transaction that it may share with others.
  ///
  /// - Parameter body: may be called again, when the transaction that it shared failed.
  /// - Returns: what `body` returned, once it is durable.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable (inout PostgreSQLConnection) throws(PostgreSQLFailure) -> Result
  ) async throws(StoreFailure) -> Result {
    let outcome = await withCheckedContinuation {
      (continuation: CheckedContinuation<Swift.Result<Result, StoreFailure>, Never>) in
      let fail = { @Sendable (failure: StoreFailure) in
        continuation.resume(returning: .failure(failure))
      }
      enqueue(
        PendingOperation(
          operation: { (database) throws(PostgreSQLFailure) in
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
    return try outcome.get()
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
      state.withLock { state in process(batch, &state) }
    }
  }

  private func process(_ batch: [PendingOperation], _ state: inout State, isAgain: Bool = false) {
    let start = ContinuousClock.now
    do throws(TransactionFailure) {
      let answers = try transact(batch, &state)
      metrics.observe((ContinuousClock.now - start).inSeconds, in: .storeCommitDuration, [])
      metrics.add(Double(batch.count), to: .storeOperations, ["committed"])
      for answer in answers { answer(nil) }
    } catch {
      guard case .undone(let failure) = error else { return fail(batch, error.storeFailure) }
      if failure.isConnectionLost || failure.isConflict, !isAgain {
        // What it was lost by may be over: a restart of the server, an idle time of a firewall.
        process(batch, &state, isAgain: true)
      } else if batch.count > 1, !failure.isConnectionLost {
        // One operation failed: running each alone shows which.
        for one in batch { process([one], &state) }
      } else {
        fail(batch, failure.storeFailure)
      }
    }
  }

  private func fail(_ batch: [PendingOperation], _ failure: StoreFailure) {
    metrics.add(Double(batch.count), to: .storeOperations, ["failed"])
    for one in batch { one.failed(failure) }
  }

  /// Does all of a batch in one transaction, or nothing of it.
  private func transact(
    _ batch: [PendingOperation], _ state: inout State
  ) throws(TransactionFailure) -> [@Sendable (StoreFailure?) -> Void] {
    var database = try ready(&state)
    do throws(TransactionFailure) {
      let answers = try commit(batch, for: state.boot ?? 0, &database)
      state.connection = consume database
      return answers
    } catch .unconfirmed(let transaction, let failure) {
      // The server ends a session whose client is gone.
      database.close()
      state.doubtful = (transaction, state.timeline)
      let answers = lastAnswers.withLock { $0.take() ?? [] }
      do throws(TransactionFailure) {
        let isCommitted = try resolve(&state)
        guard isCommitted else { throw .undone(failure) }
        return answers
      } catch .unreachable(let other) {
        throw .unconfirmed(transaction, other)
      } catch {
        throw error
      }
    } catch {
      if !database.isLost { state.connection = consume database }
      throw error
    }
  }

  /// The completions of the transaction whose commit was sent last.
  private let lastAnswers = Mutex<[@Sendable (StoreFailure?) -> Void]?>(nil)

  private func commit(
    _ batch: [PendingOperation], for boot: Int64, _ database: inout PostgreSQLConnection
  ) throws(TransactionFailure) -> [@Sendable (StoreFailure?) -> Void] {
    var answers: [@Sendable (StoreFailure?) -> Void] = []
    let transaction: Int64
    do throws(PostgreSQLFailure) {
      guard let number = try database.begin(session.fence(boot)) else {
        throw PostgreSQLFailure.takenOver(session.node.name)
      }
      transaction = number
      for one in batch { answers.append(try one.operation(&database)) }
    } catch {
      Self.rollBack(&database)
      throw .undone(error)
    }
    do throws(PostgreSQLFailure) {
      guard try database.execute("COMMIT") == "COMMIT" else {
        throw PostgreSQLFailure(.statement(state: "25P02"), "The transaction was rolled back.")
      }
      return answers
    } catch {
      guard error.isConnectionLost else { throw .undone(error) }
      lastAnswers.withLock { $0 = answers }
      throw .unconfirmed(transaction, error)
    }
  }

  private static func rollBack(_ database: inout PostgreSQLConnection) {
    guard !database.isLost else { return }
    do throws(PostgreSQLFailure) {
      try database.execute("ROLLBACK")
    } catch {
      // The connection is lost then, and the transaction with it.
    }
  }

  /// A connection without a transaction in doubt.
  private func ready(_ state: inout State) throws(TransactionFailure) -> PostgreSQLConnection {
    if state.doubtful != nil {
      do throws(TransactionFailure) {
        _ = try resolve(&state)
      } catch .unconfirmed {
        // That cannot be known any more, and its callers were told so.
      } catch {
        throw error
      }
    }
    if let connection = state.connection.take() {
      if state.era == session.known.era { return connection }
      connection.close()
    }
    do throws(PostgreSQLFailure) {
      return try connect(&state, within: PostgreSQLSession.patienceSeconds)
    } catch {
      throw .unreachable(error)
    }
  }

  /// Asks the server what became of the transaction in doubt. The session that it ran in has ended,
  /// since this one has its lock: so it is over.
  ///
  /// - Throws: `unconfirmed` where the server cannot know it; then it is in doubt no more here.
  private func resolve(_ state: inout State) throws(TransactionFailure) -> Bool {
    guard let (transaction, timeline) = state.doubtful else { return false }
    let isCommitted: Bool?
    do throws(PostgreSQLFailure) {
      var database = try connect(&state, within: PostgreSQLSession.patienceSeconds)
      isCommitted =
        state.timeline == timeline ? try Self.isCommitted(transaction, &database) : nil
      state.connection = consume database
      state.doubtful = nil
    } catch {
      throw .unreachable(error)
    }
    guard let isCommitted else {
      throw .unconfirmed(
        transaction,
        PostgreSQLFailure(.connection, "The server does not know what became of the transaction."))
    }
    return isCommitted
  }

  /// Whether a transaction that is over was committed; nil where the server has forgotten that.
  private static func isCommitted(
    _ transaction: Int64, _ database: inout PostgreSQLConnection
  ) throws(PostgreSQLFailure) -> Bool? {
    do throws(PostgreSQLFailure) {
      return try database.scalar(
        "SELECT (pg_xact_status($1::text::xid8) = 'committed')", [.text("\(transaction)")]
      ).map { $0 == 1 }
    } catch  where error.kind == .statement(state: "22023") {
      // A number that was not given yet: a crash took the transaction with it.
      return false
    } catch {
      throw error
    }
  }

  /// Connects, again and again until a time is over.
  private func connect(
    _ state: inout State, within seconds: Double
  ) throws(PostgreSQLFailure) -> PostgreSQLConnection {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var tries = 0
    while true {
      let era = session.known.era
      var why: PostgreSQLFailure
      do throws(PostgreSQLFailure) {
        if var database = try session.openWriting(&state.boot, until: deadline) {
          let timeline = try PostgreSQLSession.timeline(of: &database)
          if timeline != state.timeline { enforcementIDs.withLock { $0 = [:] } }
          (state.timeline, state.era) = (timeline, era)
          return database
        }
        why = PostgreSQLFailure(
          .connection, "Another service is there as the node \(session.node.name).")
      } catch {
        why = error
      }
      guard why.storeFailure.isPassing, ContinuousClock.now < deadline else { throw why }
      PostgreSQLSession.pause(after: tries)
      tries += 1
    }
  }
}
