import CoreTestSupport
import Glibc
import RunnerCore
import Synchronization

@testable import RunnerStore

/// What all nodes of a test ran, as the jobs themselves would write it into one file.
final class RunLedger: Sendable {
  private struct State {
    var running: [String: String] = [:]
    var runs: [String: [String]] = [:]
    var overlaps: [String] = []
  }

  private let state = Mutex(State())

  /// Nodes that ran a job, by its first argument.
  var runs: [String: [String]] { state.withLock(\.runs) }
  /// Jobs that ran twice at one time.
  var overlaps: [String] { state.withLock(\.overlaps) }

  func begin(_ job: String, on node: String) {
    state.withLock { state in
      if state.running.updateValue(node, forKey: job) != nil { state.overlaps.append(job) }
      state.runs[job, default: []].append(node)
    }
  }

  func end(_ job: String) { state.withLock { $0.running[job] = nil } }
}

/// Runs jobs in a ledger. One whose first argument begins with `hold` lasts until it is terminated
/// or let go.
final class LedgerLauncher: JobLauncher {
  private let node: String
  private let ledger: RunLedger
  private let held = Mutex<[UInt64: (String, CheckedContinuation<LaunchResult, Never>)]>([:])

  init(_ node: String, _ ledger: RunLedger) {
    self.node = node
    self.ledger = ledger
  }

  var runningCount: Int { held.withLock(\.count) }

  func run(_ order: LaunchOrder) async -> LaunchResult {
    let job = order.arguments.first ?? ""
    ledger.begin(job, on: node)
    order.output.append(Array("output of \(job)".utf8)[...], of: .stdout)
    guard job.hasPrefix("hold") else {
      ledger.end(job)
      return .ended(.exited(code: 0))
    }
    return await withCheckedContinuation { continuation in
      held.withLock { $0[order.launchID] = (job, continuation) }
    }
  }

  func terminate(_ launchID: UInt64) { end(launchID, .cancelled(code: nil)) }

  /// Lets all jobs end by themselves.
  func letGo() {
    for launchID in held.withLock({ Array($0.keys) }) { end(launchID, .exited(code: 0)) }
  }

  private func end(_ launchID: UInt64, _ outcome: JobOutcome) {
    guard let (job, continuation) = held.withLock({ $0.removeValue(forKey: launchID) }) else {
      return
    }
    ledger.end(job)
    continuation.resume(returning: .ended(outcome))
  }

  func setFrozen(_ launchID: UInt64, _ isFrozen: Bool) async -> String? { "No freezer." }

  func resources(of launchID: UInt64) async -> JobResources? { nil }
}

/// A node as a service has it: engine and store, with a launcher that runs nothing.
final class FleetNode: Sendable {
  /// The kernel's clocks. Sleeps are short, so that an engine that was shut down is gone soon.
  final class KernelClock: WallClock {
    private let sleeps = Atomic(0)

    /// How often the engine slept: between two looks at the store at least once.
    var sleepCount: Int { sleeps.load(ordering: .relaxed) }

    func now() -> Timestamp { Timestamp(microseconds: Self.read(CLOCK_REALTIME)) }
    func uptime() -> Int64 { Self.read(CLOCK_BOOTTIME) }
    func sleep(for duration: Duration) async {
      sleeps.add(1, ordering: .relaxed)
      try? await Task.sleep(for: min(duration, .seconds(1)))
    }

    private static func read(_ clock: clockid_t) -> Int64 {
      var time = timespec()
      unsafe clock_gettime(clock, &time)
      return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
  }

  private struct NoCallbacks: CallbackNotifier {
    func problem(with url: String) -> String? { nil }
    func scheduleDelivery(_ job: JobSnapshot) {}
    func scheduleAdopted() {}
  }

  let engine: JobEngine
  let store: PostgreSQLStore
  let launcher: LedgerLauncher
  let log = RecordingLogger()
  let clock = KernelClock()
  private let directory: TemporaryStateDirectory

  /// - Parameter lanes: commands that it serves.
  init(
    _ name: String, of database: TemporaryDatabase, _ ledger: RunLedger, slots: Int = 2,
    lanes: [String] = ["/bin/a"], isRestartable: Bool = false,
    terms: LeaseTerms = SharedStoreConformanceTests.calm
  ) async throws {
    directory = try TemporaryStateDirectory()
    store = try database.open(directory, node: name, terms: terms)
    launcher = LedgerLauncher(name, ledger)
    var limits = EngineLimits()
    limits.runningMax = slots
    engine = JobEngine(
      entries: lanes.map { EngineEntry(name: $0, isRestartable: isRestartable) }, limits: limits,
      budget: OutputBudget(bytesMax: 8 << 20),
      ports: EnginePorts(
        whitelist: ExactWhitelist(lanes), launcher: launcher, callbacks: NoCallbacks(),
        store: store, clock: clock, log: log))
    _ = try await engine.recover()
    await engine.startMaintenance()
  }

  deinit { directory.remove() }

  func submit(_ argument: String, key: String? = nil) async throws -> JobID {
    try await engine.submit(JobRequest(command: "/bin/a", arguments: [argument]), key: key).id
  }

  /// Returns when the job has ended, wherever it runs.
  func end(of id: JobID) async throws -> JobSnapshot {
    while true {
      await withCheckedContinuation { continuation in
        if engine.observeEnd(of: id, { continuation.resume() }) == nil { continuation.resume() }
      }
      if let job = try await engine.find(id), job.outcome != nil { return job }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// As a process that ends: what it runs is terminated, and the lease is given up.
  func stop() async {
    await engine.shutDown(keepsWaiting: true)
    await engine.leave()
  }
}
