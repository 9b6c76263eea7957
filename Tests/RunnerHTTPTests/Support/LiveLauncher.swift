import Dispatch
import RunnerCore
import Synchronization

/// Runs nothing: its jobs write and end when a test says so. They are numbered from 0, as they
/// come.
final class LiveLauncher: JobLauncher {
  private struct State {
    var orders: [LaunchOrder] = []
    var ends: [UInt64: CheckedContinuation<LaunchResult, Never>] = [:]
    var waiters: [(job: Int, action: @Sendable () -> Void)] = []
  }

  private let state = Mutex(State())

  func run(_ order: LaunchOrder) async -> LaunchResult {
    await withCheckedContinuation { end in
      let begun = state.withLock { state in
        state.orders.append(order)
        state.ends[order.launchID] = end
        let begun = state.waiters.filter { $0.job < state.orders.count }
        state.waiters.removeAll { $0.job < state.orders.count }
        return begun
      }
      for waiter in begun { waiter.action() }
    }
  }

  func terminate(_ number: UInt64) { end(number, .cancelled(code: nil)) }

  func setFrozen(_ number: UInt64, _ isFrozen: Bool) async -> String? { "It cannot." }

  func resources(of launchID: UInt64) async -> JobResources? { nil }

  /// Bytes come out of a job.
  func write(_ bytes: [UInt8], to stream: OutputStreamName = .stdout, of job: Int = 0) throws {
    let order = try order(job)
    order.output.append(bytes[...], of: stream)
  }

  func write(_ text: String, to stream: OutputStreamName = .stdout, of job: Int = 0) throws {
    try write(Array(text.utf8), to: stream, of: job)
  }

  func end(_ job: Int = 0, _ outcome: JobOutcome = .exited(code: 0)) throws {
    end(try order(job).launchID, outcome)
  }

  private func end(_ number: UInt64, _ outcome: JobOutcome) {
    state.withLock { $0.ends.removeValue(forKey: number) }?.resume(
      returning: .ended(outcome))
  }

  /// Returns when the job runs; before a task, which must not block, has it write.
  func begun(_ job: Int = 0) async {
    await withCheckedContinuation { continuation in whenBegun(job) { continuation.resume() } }
  }

  /// The order of a job, which comes soon after its acceptance.
  private func order(_ job: Int) throws -> LaunchOrder {
    let begun = DispatchSemaphore(value: 0)
    whenBegun(job) { begun.signal() }
    guard begun.wait(timeout: .now() + 60) == .success else {
      throw RawClient.Failure.timedOut(after: [])
    }
    return state.withLock { $0.orders[job] }
  }

  private func whenBegun(_ job: Int, _ action: @escaping @Sendable () -> Void) {
    let hasBegun = state.withLock { state in
      guard state.orders.count <= job else { return true }
      state.waiters.append((job, action))
      return false
    }
    if hasBegun { action() }
  }
}
